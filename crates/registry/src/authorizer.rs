//! Custom authorizers: functions that say who a client is that has no certificate, and what it may do.
//! What is asked of them, and what their answers mean, is decided above.

use std::collections::BTreeMap;

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, AuthorizerName};
use records::{Page, page_where};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::settings;
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};

pub(crate) const AUTHORIZERS: Space = Space::new("authorizers");

/// Public keys by the names that their owner gave them, in PEM.
pub type TokenKeys = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizer {
    pub name: AuthorizerName,
    pub function_arn: String,
    /// What a client calls its token.
    pub token_key_name: Option<String>,
    /// Any of them may have signed a token.
    pub token_keys: TokenKeys,
    pub is_active: bool,
    /// Whether tokens need no signature.
    pub is_signing_disabled: bool,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAuthorizer {
    pub name: AuthorizerName,
    pub function_arn: String,
    pub token_key_name: Option<String>,
    pub token_keys: TokenKeys,
    pub is_active: bool,
    pub is_signing_disabled: bool,
    pub tags: Tags,
}

/// What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizerUpdate {
    pub function_arn: Option<String>,
    pub token_key_name: Option<String>,
    pub token_keys: Option<TokenKeys>,
    pub is_active: Option<bool>,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateAuthorizerError {
    #[error("the authorizer {name} already exists")]
    AlreadyExists { name: AuthorizerName },
    #[error(transparent)]
    Unsigned(#[from] UnsignedError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum AuthorizerError {
    #[error("the authorizer {name} does not exist")]
    NotFound { name: AuthorizerName },
    #[error("the authorizer {name} is active: set its status to INACTIVE first")]
    Active { name: AuthorizerName },
    #[error("the authorizer {name} is not active")]
    NotActive { name: AuthorizerName },
    #[error("the authorizer {name} is the default one: clear the default authorizer first")]
    Default { name: AuthorizerName },
    #[error(transparent)]
    Unsigned(#[from] UnsignedError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tokens are to be signed, and nothing says how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is needed where signing is not disabled")]
pub struct UnsignedError {
    pub field: &'static str,
}

impl Registry {
    pub fn authorizer_arn(&self, name: &AuthorizerName) -> Arn {
        self.home().iot("authorizer", name.as_str())
    }

    pub async fn create_authorizer(
        &self,
        new: &NewAuthorizer,
        now: UnixMillis,
    ) -> Result<Authorizer, CreateAuthorizerError> {
        check_tags(&new.tags)?;
        let authorizer = Authorizer::of(new, now);
        authorizer.check()?;
        self.mutate(|snapshot| {
            let name = &authorizer.name;
            if authorizer_of(snapshot, name)?.is_some() {
                return Err(CreateAuthorizerError::AlreadyExists { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(AUTHORIZERS, name.as_str(), Expect::Absent);
            batch.put(AUTHORIZERS, name.as_str(), encode(&authorizer));
            put_tags(&mut batch, &Taggable::Authorizer(name.clone()), &new.tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: authorizer.clone() })
        })
        .await
    }

    pub async fn update_authorizer(
        &self,
        name: &AuthorizerName,
        update: &AuthorizerUpdate,
        now: UnixMillis,
    ) -> Result<Authorizer, AuthorizerError> {
        self.mutate(|snapshot| {
            let (mut authorizer, bytes) = existing(snapshot, name)?;
            authorizer.change(update, now);
            authorizer.check()?;
            let default = settings::default_authorizer(snapshot)?;
            let mut batch = Batch::new();
            if !authorizer.is_active {
                if default.as_ref() == Some(name) {
                    return Err(AuthorizerError::Default { name: name.clone() });
                }
                settings::require_default_authorizer(&mut batch, default.as_ref());
            }
            batch.require(AUTHORIZERS, name.as_str(), Expect::Value(bytes));
            batch.put(AUTHORIZERS, name.as_str(), encode(&authorizer));
            Ok(Decision { batch, changes: Vec::new(), outcome: authorizer })
        })
        .await
    }

    /// Deletes one that is not active.
    pub async fn delete_authorizer(&self, name: &AuthorizerName) -> Result<(), AuthorizerError> {
        self.mutate(|snapshot| {
            let (authorizer, bytes) = existing(snapshot, name)?;
            if authorizer.is_active {
                return Err(AuthorizerError::Active { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(AUTHORIZERS, name.as_str(), Expect::Value(bytes));
            batch.delete(AUTHORIZERS, name.as_str());
            forget_tags(&mut batch, &Taggable::Authorizer(name.clone()));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn authorizer(&self, name: &AuthorizerName) -> Result<Option<Authorizer>, StoreError> {
        Ok(authorizer_of(&self.snapshot(), name)?.map(|(authorizer, _)| authorizer))
    }

    /// Those of a status, or all, in the order of their names.
    pub fn authorizers(
        &self,
        is_active: Option<bool>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<AuthorizerName>, StoreError> {
        page_where(&self.snapshot(), AUTHORIZERS, "", after, limit, |name, bytes| {
            let stored: StoredAuthorizer = record::decode(bytes)?;
            let is_wanted = is_active.is_none_or(|is_active| stored.is_active == is_active);
            let name = AuthorizerName::new(name).map_err(|_| RecordError::Key)?;
            Ok(is_wanted.then_some(name))
        })
    }

    // === the default ===

    /// Who is asked about clients that name nobody.
    pub fn default_authorizer(&self) -> Result<Option<AuthorizerName>, StoreError> {
        settings::default_authorizer(&self.snapshot())
    }

    pub async fn set_default_authorizer(
        &self,
        name: &AuthorizerName,
    ) -> Result<(), AuthorizerError> {
        self.mutate(|snapshot| {
            let (authorizer, bytes) = existing(snapshot, name)?;
            if !authorizer.is_active {
                return Err(AuthorizerError::NotActive { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(AUTHORIZERS, name.as_str(), Expect::Value(bytes));
            settings::put_default_authorizer(&mut batch, name);
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    /// Answers whether there was one.
    pub async fn clear_default_authorizer(&self) -> Result<bool, StoreError> {
        self.mutate(|snapshot| {
            if settings::default_authorizer(snapshot)?.is_none() {
                return Ok(Decision::nothing(false));
            }
            let mut batch = Batch::new();
            settings::forget_default_authorizer(&mut batch);
            Ok(Decision { batch, changes: Vec::new(), outcome: true })
        })
        .await
    }
}

impl Authorizer {
    fn of(new: &NewAuthorizer, now: UnixMillis) -> Authorizer {
        let new = new.clone();
        Authorizer {
            name: new.name,
            function_arn: new.function_arn,
            token_key_name: new.token_key_name,
            token_keys: new.token_keys,
            is_active: new.is_active,
            is_signing_disabled: new.is_signing_disabled,
            created_at: now,
            modified_at: now,
        }
    }

    fn change(&mut self, update: &AuthorizerUpdate, now: UnixMillis) {
        let update = update.clone();
        self.function_arn = update.function_arn.unwrap_or(std::mem::take(&mut self.function_arn));
        self.token_key_name = update.token_key_name.or(self.token_key_name.take());
        self.token_keys = update.token_keys.unwrap_or(std::mem::take(&mut self.token_keys));
        self.is_active = update.is_active.unwrap_or(self.is_active);
        self.modified_at = now;
    }

    fn check(&self) -> Result<(), UnsignedError> {
        let missing = if self.is_signing_disabled {
            None
        } else if self.token_key_name.is_none() {
            Some("tokenKeyName")
        } else {
            self.token_keys.is_empty().then_some("tokenSigningPublicKeys")
        };
        missing.map_or(Ok(()), |field| Err(UnsignedError { field }))
    }
}

fn existing(
    snapshot: &Snapshot,
    name: &AuthorizerName,
) -> Result<(Authorizer, Bytes), AuthorizerError> {
    let missing = || AuthorizerError::NotFound { name: name.clone() };
    authorizer_of(snapshot, name)?.ok_or_else(missing)
}

fn authorizer_of(
    snapshot: &Snapshot,
    name: &AuthorizerName,
) -> Result<Option<(Authorizer, Bytes)>, StoreError> {
    let found = find::<StoredAuthorizer>(snapshot, AUTHORIZERS, name.as_str())?;
    Ok(found.map(|found| (found.record.into_authorizer(name.clone()), found.bytes)))
}

/// An authorizer as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredAuthorizer {
    function_arn: String,
    token_key_name: Option<String>,
    token_keys: TokenKeys,
    is_active: bool,
    is_signing_disabled: bool,
    created_at: UnixMillis,
    modified_at: UnixMillis,
}

impl Record for StoredAuthorizer {
    const VERSION: u8 = 1;
}

impl StoredAuthorizer {
    fn into_authorizer(self, name: AuthorizerName) -> Authorizer {
        Authorizer {
            name,
            function_arn: self.function_arn,
            token_key_name: self.token_key_name,
            token_keys: self.token_keys,
            is_active: self.is_active,
            is_signing_disabled: self.is_signing_disabled,
            created_at: self.created_at,
            modified_at: self.modified_at,
        }
    }
}

fn encode(authorizer: &Authorizer) -> Bytes {
    let authorizer = authorizer.clone();
    let stored = StoredAuthorizer {
        function_arn: authorizer.function_arn,
        token_key_name: authorizer.token_key_name,
        token_keys: authorizer.token_keys,
        is_active: authorizer.is_active,
        is_signing_disabled: authorizer.is_signing_disabled,
        created_at: authorizer.created_at,
        modified_at: authorizer.modified_at,
    };
    record::encode(&stored).into()
}
