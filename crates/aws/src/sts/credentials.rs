//! Temporary credentials as answers show them.

use std::fmt;

use iam::SessionCredentials;
use serde::Serialize;

use crate::timestamp::iso_8601;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}

impl From<SessionCredentials> for Credentials {
    fn from(credentials: SessionCredentials) -> Credentials {
        Credentials {
            access_key_id: credentials.access_key_id,
            secret_access_key: credentials.secret,
            session_token: credentials.session_token,
            expiration: iso_8601(credentials.expires_at),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the secret, nor the token.
        f.debug_tuple("Credentials").field(&self.access_key_id).finish()
    }
}
