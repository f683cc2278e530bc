//! GetResourcePolicy

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::keys;
use super::policy::DEFAULT;
use super::words::{NamedOut, id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetResourcePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    policy_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    named: NamedOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_policy: Option<String>,
}

impl Operation for GetResourcePolicy {
    const NAME: &'static str = "GetResourcePolicy";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        keys::of_secret(state, &input.secret_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (named, resource_policy) = state.secrets.policy(&id(&state, &input.secret_id)?)?;
        if let Some(other) = input.policy_name.filter(|name| name != DEFAULT) {
            let message = format!("The secret has no resource policy of the name {other}.");
            return Err(AwsError::new(400, "ResourceNotFoundException", message));
        }
        Ok(Output { named: named.into(), resource_policy })
    }
}
