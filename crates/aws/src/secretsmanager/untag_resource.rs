//! UntagResource

use std::sync::Arc;

use serde::Deserialize;

use super::keys;
use super::words::{id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UntagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        let mut keys = keys::of_secret(state, &input.secret_id);
        keys.extend(keys::tag_keys(&input.tag_keys));
        keys
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let id = id(&state, &input.secret_id)?;
        state.secrets.untag(&id, input.tag_keys, state.clock.now()).await?;
        Ok(Nothing {})
    }
}
