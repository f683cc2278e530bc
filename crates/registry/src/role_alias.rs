//! Role aliases: names under which devices ask for the credentials of a role.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{Arn, RoleAliasName};
use records::{Page, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::record::{self, Record, RecordError};
use crate::registry::{Decision, Registry, StoreError, find};
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};

pub(crate) const ROLE_ALIASES: Space = Space::new("role-aliases");

/// AWS's, unless another is asked for.
const DURATION_SECS: u32 = 3600;
/// AWS's limits.
const DURATION_SECS_MIN: u32 = 900;
const DURATION_SECS_MAX: u32 = 43_200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleAlias {
    pub name: RoleAliasName,
    pub role_arn: String,
    /// How long credentials last.
    pub duration_secs: u32,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateRoleAliasError {
    #[error("the role alias {name} already exists")]
    AlreadyExists { name: RoleAliasName },
    #[error(transparent)]
    Duration(#[from] DurationError),
    #[error(transparent)]
    Tags(#[from] TagError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum RoleAliasError {
    #[error("the role alias {name} does not exist")]
    NotFound { name: RoleAliasName },
    #[error(transparent)]
    Duration(#[from] DurationError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("credentials last {DURATION_SECS_MIN} to {DURATION_SECS_MAX} seconds, not {asked}")]
pub struct DurationError {
    pub asked: u32,
}

impl Registry {
    pub fn role_alias_arn(&self, name: &RoleAliasName) -> Arn {
        self.home().iot("rolealias", name.as_str())
    }

    pub async fn create_role_alias(
        &self,
        name: &RoleAliasName,
        role_arn: &str,
        duration_secs: Option<u32>,
        tags: &Tags,
        now: UnixMillis,
    ) -> Result<RoleAlias, CreateRoleAliasError> {
        let duration_secs = duration_secs.unwrap_or(DURATION_SECS);
        check(duration_secs)?;
        check_tags(tags)?;
        let (name, role_arn) = (name.clone(), role_arn.to_owned());
        let (created_at, modified_at) = (now, now);
        let alias = RoleAlias { name, role_arn, duration_secs, created_at, modified_at };
        self.mutate(|snapshot| {
            let name = &alias.name;
            if role_alias(snapshot, name)?.is_some() {
                return Err(CreateRoleAliasError::AlreadyExists { name: name.clone() });
            }
            let mut batch = Batch::new();
            batch.require(ROLE_ALIASES, name.as_str(), Expect::Absent);
            batch.put(ROLE_ALIASES, name.as_str(), encode(&alias));
            put_tags(&mut batch, &Taggable::RoleAlias(name.clone()), tags);
            Ok(Decision { batch, changes: Vec::new(), outcome: alias.clone() })
        })
        .await
    }

    /// What is left out stays.
    pub async fn update_role_alias(
        &self,
        name: &RoleAliasName,
        role_arn: Option<&str>,
        duration_secs: Option<u32>,
        now: UnixMillis,
    ) -> Result<RoleAlias, RoleAliasError> {
        duration_secs.map_or(Ok(()), check)?;
        self.mutate(|snapshot| {
            let missing = || RoleAliasError::NotFound { name: name.clone() };
            let (mut alias, bytes) = role_alias(snapshot, name)?.ok_or_else(missing)?;
            alias.role_arn = role_arn.map_or(alias.role_arn, str::to_owned);
            alias.duration_secs = duration_secs.unwrap_or(alias.duration_secs);
            alias.modified_at = now;
            let mut batch = Batch::new();
            batch.require(ROLE_ALIASES, name.as_str(), Expect::Value(bytes));
            batch.put(ROLE_ALIASES, name.as_str(), encode(&alias));
            Ok(Decision { batch, changes: Vec::new(), outcome: alias })
        })
        .await
    }

    pub async fn delete_role_alias(&self, name: &RoleAliasName) -> Result<(), RoleAliasError> {
        self.mutate(|snapshot| {
            let missing = || RoleAliasError::NotFound { name: name.clone() };
            let (_, bytes) = role_alias(snapshot, name)?.ok_or_else(missing)?;
            let mut batch = Batch::new();
            batch.require(ROLE_ALIASES, name.as_str(), Expect::Value(bytes));
            batch.delete(ROLE_ALIASES, name.as_str());
            forget_tags(&mut batch, &Taggable::RoleAlias(name.clone()));
            Ok(Decision { batch, changes: Vec::new(), outcome: () })
        })
        .await
    }

    pub fn role_alias(&self, name: &RoleAliasName) -> Result<Option<RoleAlias>, StoreError> {
        Ok(role_alias(&self.snapshot(), name)?.map(|(alias, _)| alias))
    }

    /// Aliases in the order of their names.
    pub fn role_aliases(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<RoleAliasName>, StoreError> {
        page(&self.snapshot(), ROLE_ALIASES, "", after, limit, |name, _| {
            RoleAliasName::new(name).map_err(|_| RecordError::Key)
        })
    }
}

fn check(asked: u32) -> Result<(), DurationError> {
    match (DURATION_SECS_MIN..=DURATION_SECS_MAX).contains(&asked) {
        true => Ok(()),
        false => Err(DurationError { asked }),
    }
}

fn role_alias(
    snapshot: &Snapshot,
    name: &RoleAliasName,
) -> Result<Option<(RoleAlias, Bytes)>, StoreError> {
    let found = find::<StoredRoleAlias>(snapshot, ROLE_ALIASES, name.as_str())?;
    Ok(found.map(|found| (found.record.into_alias(name.clone()), found.bytes)))
}

/// An alias as it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredRoleAlias {
    role_arn: String,
    duration_secs: u32,
    created_at: UnixMillis,
    modified_at: UnixMillis,
}

impl Record for StoredRoleAlias {
    const VERSION: u8 = 1;
}

impl StoredRoleAlias {
    fn into_alias(self, name: RoleAliasName) -> RoleAlias {
        let StoredRoleAlias { role_arn, duration_secs, created_at, modified_at } = self;
        RoleAlias { name, role_arn, duration_secs, created_at, modified_at }
    }
}

fn encode(alias: &RoleAlias) -> Bytes {
    let RoleAlias { role_arn, duration_secs, created_at, modified_at, .. } = alias.clone();
    record::encode(&StoredRoleAlias { role_arn, duration_secs, created_at, modified_at }).into()
}
