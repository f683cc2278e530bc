//! DeleteResourcePolicy

use std::sync::Arc;

use serde::Deserialize;

use super::keys;
use super::policy::check_name;
use super::words::{NamedOut, id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteResourcePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    policy_name: Option<String>,
}

impl Operation for DeleteResourcePolicy {
    const NAME: &'static str = "DeleteResourcePolicy";

    type Input = Input;
    type Output = NamedOut;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        keys::of_secret(state, &input.secret_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<NamedOut, AwsError> {
        check_name(input.policy_name.as_deref())?;
        Ok(state.secrets.set_policy(&id(&state, &input.secret_id)?, None).await?.into())
    }
}
