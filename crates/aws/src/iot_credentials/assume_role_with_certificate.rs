//! AssumeRoleWithCertificate: what devices ask by `GET /role-aliases/…/credentials`.

use std::fmt;
use std::sync::Arc;

use fleet::CredentialsError;
use model::{RoleAliasName, ThingName};
use serde::{Deserialize, Serialize};

use crate::caller::{Caller, Who};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use crate::timestamp::iso_8601;

#[derive(Debug)]
pub(crate) struct AssumeRoleWithCertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_alias: RoleAliasName,
    thing_name: Option<ThingName>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {
    credentials: Credentials,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the secret, nor the token.
        f.debug_tuple("Credentials").field(&self.access_key_id).finish()
    }
}

impl Operation for AssumeRoleWithCertificate {
    const NAME: &'static str = "AssumeRoleWithCertificate";
    const METHOD_AND_PATH: &'static str = "GET /role-aliases/{roleAlias}/credentials";
    const HEADERS: &'static [(&'static str, &'static str)] =
        &[("x-amzn-iot-thingname", "thingName")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("rolealias/{}", input.role_alias)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Who::Device(authority) = &caller.who else {
            return Err(CredentialsError::NoCertificate.into());
        };
        let (alias, thing) = (&input.role_alias, input.thing_name.as_ref());
        let given = state.fleet.device_credentials(&state.iam, authority, alias, thing)?;
        let credentials = Credentials {
            access_key_id: given.access_key_id,
            secret_access_key: given.secret,
            session_token: given.session_token,
            expiration: iso_8601(given.expires_at),
        };
        Ok(Output { credentials })
    }
}

impl From<CredentialsError> for AwsError {
    fn from(error: CredentialsError) -> AwsError {
        let message = error.to_string();
        match error {
            CredentialsError::Store(error) => error.into(),
            CredentialsError::NoAlias { .. } => AwsError::not_found(message),
            CredentialsError::NoCertificate
            | CredentialsError::NotAttached { .. }
            | CredentialsError::Assume(_) => AwsError::new(403, "ForbiddenException", message),
        }
    }
}
