//! RestoreSecret

use std::sync::Arc;

use serde::Deserialize;

use super::keys;
use super::words::{NamedOut, id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct RestoreSecret;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
}

impl Operation for RestoreSecret {
    const NAME: &'static str = "RestoreSecret";

    type Input = Input;
    type Output = NamedOut;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        keys::of_secret(state, &input.secret_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<NamedOut, AwsError> {
        Ok(state.secrets.restore(&id(&state, &input.secret_id)?).await?.into())
    }
}
