//! DescribeSecret

use std::sync::Arc;

use serde::Deserialize;

use super::keys;
use super::words::{Described, id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeSecret;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
}

impl Operation for DescribeSecret {
    const NAME: &'static str = "DescribeSecret";

    type Input = Input;
    type Output = Described;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        keys::of_secret(state, &input.secret_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Described, AwsError> {
        Ok(Described::of(state.secrets.describe(&id(&state, &input.secret_id)?)?))
    }
}
