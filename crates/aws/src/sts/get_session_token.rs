//! GetSessionToken

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::auth::access_denied;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::{Operation, Permission};
use crate::state::State;
use crate::sts::credentials::Credentials;

#[derive(Debug)]
pub(crate) struct GetSessionToken;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default, deserialize_with = "from_text")]
    duration_seconds: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    credentials: Credentials,
}

impl Operation for GetSessionToken {
    const NAME: &'static str = "GetSessionToken";
    // It gives nobody more than it has; AWS asks no policy for it.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let identity = caller.identity()?;
        if identity.is_temporary() {
            let message = "Cannot call GetSessionToken with session credentials".to_owned();
            return Err(access_denied(message, caller.protocol));
        }
        let (seconds, now) = (input.duration_seconds, state.clock.now());
        let credentials = state.iam.session_token(identity, seconds, now)?;
        Ok(Output { credentials: credentials.into() })
    }
}
