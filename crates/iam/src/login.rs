//! From an access key to a secret and an identity, remembered until something changes.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use kv::Snapshot;
use records::{StoreError, find};
use stdx::clock::UnixMillis;

use crate::access_key::{ACCESS_KEYS, AccessKeyStatus, StoredAccessKey};
use crate::assume::SESSION_POLICY_CHARACTERS_MAX;
use crate::console_session::is_there;
use crate::entity::{Entity, EntityKind};
use crate::entity_record::{entity_of_id, known};
use crate::error::IamError;
use crate::grants::{boundary_of, compile, documents_of, managed_documents};
use crate::iam::Iam;
use crate::identity::{Documents, Facts, Identity, IdentityKind, keys};
use crate::session::{Holder, RoleSession, Session};
use crate::tag::Tags;

/// How many logins are remembered: some kilobytes each. Beyond it all are looked up anew.
const LOGINS_MAX: usize = 4096;

/// What an access key stands for.
pub struct Login {
    /// What the request must be signed with.
    pub secret: String,
    pub identity: Identity,
}

#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// There is no such key, it is not active, or it came with a token that is not its own.
    #[error("The security token included in the request is invalid.")]
    Unknown,
    #[error("The security token included in the request is expired")]
    Expired,
    #[error("the policy {policy} cannot be read: {what}")]
    Malformed { policy: String, what: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, Default)]
pub(crate) struct Logins(RwLock<HashMap<String, Remembered>>);

struct Remembered {
    /// The epoch before the look-up began.
    epoch: u64,
    session_token: Option<String>,
    login: Arc<Login>,
}

impl Iam {
    /// Who has this access key. The signature is still to be checked with the secret: until then the
    /// identity is only claimed.
    pub fn login(
        &self,
        access_key: &str,
        session_token: Option<&str>,
        now: UnixMillis,
    ) -> Result<Arc<Login>, LoginError> {
        let epoch = self.epoch();
        let logins = &self.shared.logins;
        let login = match logins.get(access_key, session_token, epoch) {
            Some(login) => login,
            None => {
                let login = Arc::new(self.look_up(access_key, session_token)?);
                logins.keep(access_key, session_token, epoch, Arc::clone(&login));
                login
            }
        };
        match login.identity.expires_at {
            Some(expires_at) if expires_at <= now => Err(LoginError::Expired),
            _ => Ok(login),
        }
    }

    fn look_up(&self, access_key: &str, session_token: Option<&str>) -> Result<Login, LoginError> {
        let root = &self.shared.root;
        match session_token {
            Some(token) => {
                let session = Session::open(&self.shared.seal, token).ok_or(LoginError::Unknown)?;
                if session.access_key_id != access_key {
                    return Err(LoginError::Unknown);
                }
                let identity = self.identity_of_session(&session)?;
                Ok(Login { secret: session.secret, identity })
            }
            None if access_key == root.access_key_id => {
                let secret = root.secret.clone();
                Ok(Login { secret, identity: self.root_identity(None) })
            }
            None => self.look_up_user(access_key),
        }
    }

    fn look_up_user(&self, access_key: &str) -> Result<Login, LoginError> {
        let snapshot = self.snapshot();
        let found = find::<StoredAccessKey>(&snapshot, ACCESS_KEYS, access_key)?;
        let key = found.ok_or(LoginError::Unknown)?.record;
        if key.status != AccessKeyStatus::Active {
            return Err(LoginError::Unknown);
        }
        let user = entity_of_id(&snapshot, &key.user_id)?.ok_or(LoginError::Unknown)?;
        let identity = self.user_identity(&snapshot, &user, None)?;
        Ok(Login { secret: key.secret, identity })
    }

    fn identity_of_session(&self, session: &Session) -> Result<Identity, LoginError> {
        let snapshot = self.snapshot();
        let times = Some((session.issued_at, session.expires_at));
        if let Some(hash) = &session.console
            && !is_there(&snapshot, &session.holder, hash)?
        {
            return Err(LoginError::Expired);
        }
        let is_of_console = session.console.is_some();
        match &session.holder {
            Holder::Root => Ok(Identity { is_of_console, ..self.root_identity(times) }),
            Holder::User { id } => {
                let user = entity_of_id(&snapshot, id)?.ok_or(LoginError::Unknown)?;
                Ok(Identity { is_of_console, ..self.user_identity(&snapshot, &user, times)? })
            }
            Holder::Role(taken) => {
                let role = entity_of_id(&snapshot, &taken.role_id)?;
                let role = role.filter(|role| role.name.kind() == EntityKind::Role);
                self.role_identity(&snapshot, &role.ok_or(LoginError::Unknown)?, taken, times)
            }
        }
    }

    /// Whoever a principal's ARN names, the owner of the installation too; for what is done in its name
    /// when it is gone.
    pub fn identity_of_principal(&self, arn: &str) -> Result<Identity, IamError> {
        let root = self.root_identity(None);
        if arn == root.principal_arn { Ok(root) } else { self.identity_of(arn) }
    }

    /// A user or role as if it asked, by its ARN; for questions about what it may do.
    pub fn identity_of(&self, arn: &str) -> Result<Identity, IamError> {
        let malformed = || IamError::invalid(format!("{arn} is not the ARN of a user or role"));
        let resource = arn.splitn(6, ':').nth(5).ok_or_else(malformed)?;
        let kind = [EntityKind::User, EntityKind::Role]
            .into_iter()
            .find(|kind| resource.split('/').next() == Some(kind.as_str()));
        let name = resource.rsplit('/').next().unwrap_or_default();
        let name = kind.ok_or_else(malformed)?.name(name).map_err(|_| malformed())?;
        let snapshot = self.snapshot();
        let entity = known(&snapshot, &name)?.record;
        let identity = match entity.name.kind() {
            EntityKind::Role => {
                self.role_identity(&snapshot, &entity, &RoleSession::default(), None)
            }
            EntityKind::User | EntityKind::Group => self.user_identity(&snapshot, &entity, None),
        };
        identity.map_err(|error| match error {
            LoginError::Store(error) => error.into(),
            other => IamError::invalid(other.to_string()),
        })
    }

    fn root_identity(&self, times: Option<(UnixMillis, UnixMillis)>) -> Identity {
        let account = self.home().account.clone();
        let arn = format!("arn:aws:iam::{account}:root");
        let facts = Facts {
            account: &account,
            arn: &arn,
            user_id: &account,
            kind: "Account",
            username: None,
            tags: &Tags::new(),
            issued_at: times.map(|(issued_at, _)| issued_at),
        };
        Identity {
            kind: IdentityKind::Root,
            keys: keys(&facts),
            principal_arn: arn.clone(),
            user_id: account.clone(),
            expires_at: times.map(|(_, expires_at)| expires_at),
            documents: Documents::new(),
            boundary: None,
            session: None,
            transitive: Tags::new(),
            is_of_console: false,
            arn,
            account,
        }
    }

    fn user_identity(
        &self,
        snapshot: &Snapshot,
        user: &Entity,
        times: Option<(UnixMillis, UnixMillis)>,
    ) -> Result<Identity, LoginError> {
        let (account, arn) = (&self.home().account, user.arn(self.home()).to_string());
        let facts = Facts {
            account,
            arn: &arn,
            user_id: &user.id,
            kind: "User",
            username: Some(user.name.as_str()),
            tags: &user.tags,
            issued_at: times.map(|(issued_at, _)| issued_at),
        };
        Ok(Identity {
            kind: IdentityKind::User { name: user.name.to_string() },
            keys: keys(&facts),
            principal_arn: arn.clone(),
            user_id: user.id.clone(),
            account: account.clone(),
            expires_at: times.map(|(_, expires_at)| expires_at),
            documents: documents_of(snapshot, user)?,
            boundary: boundary_of(snapshot, user)?,
            session: None,
            transitive: Tags::new(),
            is_of_console: false,
            arn,
        })
    }

    /// A role in a session. The session's tags stand before the role's own.
    pub(crate) fn role_identity(
        &self,
        snapshot: &Snapshot,
        role: &Entity,
        taken: &RoleSession,
        times: Option<(UnixMillis, UnixMillis)>,
    ) -> Result<Identity, LoginError> {
        let (account, name) = (self.home().account.clone(), role.name.as_str());
        let RoleSession { session_name, policy, policy_arns, tags, transitive, .. } = taken;
        let own_tags = crate::tag::without(&role.tags, &tags.keys().cloned().collect::<Vec<_>>());
        let all_tags: Tags = own_tags.into_iter().chain(tags.clone()).collect();
        let principal_arn = role.arn(self.home()).to_string();
        let user_id = format!("{}:{session_name}", role.id);
        let facts = Facts {
            account: &account,
            arn: &principal_arn,
            user_id: &user_id,
            kind: "AssumedRole",
            username: None,
            tags: &all_tags,
            issued_at: times.map(|(issued_at, _)| issued_at),
        };
        let mut session = managed_documents(snapshot, policy_arns)?;
        if let Some(text) = policy {
            let label = "the session policy".to_owned();
            session.push(compile(label, text, SESSION_POLICY_CHARACTERS_MAX)?);
        }
        let is_limited = policy.is_some() || !policy_arns.is_empty();
        let is_passed_on = |key: &String| transitive.iter().any(|t| t.eq_ignore_ascii_case(key));
        let passed_on = tags.iter().filter(|(key, _)| is_passed_on(key));
        Ok(Identity {
            kind: IdentityKind::Role { name: name.to_owned(), session_name: session_name.clone() },
            arn: format!("arn:aws:sts::{account}:assumed-role/{name}/{session_name}"),
            keys: keys(&facts).into_iter().chain(taken.keys.clone()).collect(),
            principal_arn,
            user_id,
            expires_at: times.map(|(_, expires_at)| expires_at),
            documents: documents_of(snapshot, role)?,
            boundary: boundary_of(snapshot, role)?,
            session: is_limited.then_some(session),
            is_of_console: false,
            transitive: passed_on.map(|(key, value)| (key.clone(), value.clone())).collect(),
            account,
        })
    }
}

impl Logins {
    fn get(&self, access_key: &str, session_token: Option<&str>, epoch: u64) -> Option<Arc<Login>> {
        let logins = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let held = logins.get(access_key)?;
        let is_good = held.epoch == epoch && held.session_token.as_deref() == session_token;
        is_good.then(|| Arc::clone(&held.login))
    }

    fn keep(&self, access_key: &str, session_token: Option<&str>, epoch: u64, login: Arc<Login>) {
        let mut logins = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if logins.len() >= LOGINS_MAX {
            logins.clear();
        }
        let session_token = session_token.map(str::to_owned);
        logins.insert(access_key.to_owned(), Remembered { epoch, session_token, login });
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the secret.
        f.debug_tuple("Login").field(&self.identity.arn).finish()
    }
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the token.
        f.debug_struct("Remembered").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
