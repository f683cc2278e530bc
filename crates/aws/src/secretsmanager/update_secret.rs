//! UpdateSecret

use std::sync::Arc;

use secrets::Update;
use serde::{Deserialize, Serialize};

use super::keys;
use super::value::given;
use super::words::{NamedOut, id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateSecret;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    client_request_token: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    named: NamedOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
}

impl Operation for UpdateSecret {
    const NAME: &'static str = "UpdateSecret";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        let mut keys = keys::of_secret(state, &input.secret_id);
        keys.extend(keys::key("description", input.description.as_deref()));
        keys.extend(keys::key("kmskeyid", input.kms_key_id.as_deref()));
        keys
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let update = Update {
            description: input.description,
            kms_key_id: input.kms_key_id,
            value: given(input.secret_string, input.secret_binary, input.client_request_token)?,
            now: state.clock.now(),
        };
        let written = state.secrets.update(&id(&state, &input.secret_id)?, update).await?;
        Ok(Output { named: written.secret.into(), version_id: written.version })
    }
}
