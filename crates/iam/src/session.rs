//! Temporary credentials. They are not stored: the token that comes with them holds, sealed, who
//! they stand for and until when, and the secret to check signatures with. What they may do is
//! looked up at each use, so a role that is deleted or changed takes its sessions with it.

use std::collections::BTreeMap;
use std::fmt;

use records::{Record, decode, encode};
use seal::Seal;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::access_key::ACCESS_KEY_CHARACTERS;
use crate::error::IamError;
use crate::iam::Iam;
use crate::identity::{Identity, IdentityKind};
use crate::random;
use crate::tag::Tags;

/// AWS's: twelve hours unless asked for.
pub const SESSION_SECS_DEFAULT: u32 = 43_200;
/// AWS's: a day and a half for a user, an hour for the owner.
pub const SESSION_SECS_MAX: u32 = 129_600;
const ROOT_SESSION_SECS_MAX: u32 = 3_600;

/// What tells a session's token from anything else that is sealed.
const KIND: &str = "session";

#[derive(Clone, PartialEq, Eq)]
pub struct SessionCredentials {
    /// `ASIA…`
    pub access_key_id: String,
    pub secret: String,
    pub session_token: String,
    pub expires_at: UnixMillis,
}

impl fmt::Debug for SessionCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the secret, nor the token.
        let SessionCredentials { access_key_id, expires_at, .. } = self;
        f.debug_struct("SessionCredentials")
            .field("access_key_id", access_key_id)
            .field("expires_at", expires_at)
            .finish_non_exhaustive()
    }
}

/// What a token holds.
#[derive(Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
    pub(crate) issued_at: UnixMillis,
    pub(crate) expires_at: UnixMillis,
    pub(crate) holder: Holder,
    /// The session of the console that it belongs to, and ends with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) console: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Holder {
    Root,
    User { id: String },
    Role(RoleSession),
}

/// A role as somebody took it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct RoleSession {
    /// The role's unique id: one that is made anew under its name is another.
    pub(crate) role_id: String,
    pub(crate) session_name: String,
    /// A document beyond which the session does not reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<String>,
    /// Managed policies to the same end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) policy_arns: Vec<String>,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub(crate) tags: Tags,
    /// The keys of the tags that go on to roles taken in this session.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) transitive: Vec<String>,
    /// Condition keys in lower case that hold for the whole session.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) keys: BTreeMap<String, String>,
}

impl Record for Session {
    const VERSION: u8 = 1;
}

impl Session {
    pub(crate) fn begin(
        seal: &Seal,
        holder: Holder,
        seconds: u32,
        now: UnixMillis,
    ) -> SessionCredentials {
        Session::begin_in(seal, holder, None, seconds, now)
    }

    /// In a session of the console, if it is one.
    pub(crate) fn begin_in(
        seal: &Seal,
        holder: Holder,
        console: Option<String>,
        seconds: u32,
        now: UnixMillis,
    ) -> SessionCredentials {
        let session = Session {
            access_key_id: random::id("ASIA", ACCESS_KEY_CHARACTERS),
            secret: random::secret(),
            issued_at: now,
            expires_at: now + u64::from(seconds) * 1000,
            holder,
            console,
        };
        let session_token = seal.seal(KIND, encode(&session));
        let Session { access_key_id, secret, expires_at, .. } = session;
        SessionCredentials { access_key_id, secret, session_token, expires_at }
    }

    /// What a token holds, if it is one of ours.
    pub(crate) fn open(seal: &Seal, token: &str) -> Option<Session> {
        decode(&seal.open_text(KIND, token)?).ok()
    }
}

impl Iam {
    /// Temporary credentials for whoever has lasting ones: they may do the same, except what is
    /// IAM's and most of what is STS's.
    pub fn session_token(
        &self,
        identity: &Identity,
        seconds: Option<u32>,
        now: UnixMillis,
    ) -> Result<SessionCredentials, IamError> {
        let (holder, most) = match &identity.kind {
            IdentityKind::Root => (Holder::Root, ROOT_SESSION_SECS_MAX),
            IdentityKind::User { .. } => {
                (Holder::User { id: identity.user_id.clone() }, SESSION_SECS_MAX)
            }
            IdentityKind::Role { .. } => {
                return Err(IamError::invalid(
                    "Cannot call GetSessionToken with session credentials",
                ));
            }
        };
        let asked = seconds.unwrap_or(SESSION_SECS_DEFAULT);
        if !(crate::assume::DURATION_SECS_MIN..=SESSION_SECS_MAX).contains(&asked) {
            return Err(IamError::invalid(format!(
                "DurationSeconds must be from {} to {SESSION_SECS_MAX}",
                crate::assume::DURATION_SECS_MIN
            )));
        }
        Ok(Session::begin(&self.shared.seal, holder, asked.min(most), now))
    }
}
