//! GetSecretValue

use std::sync::Arc;

use secrets::Which;
use serde::Deserialize;

use super::keys;
use super::value::Shown;
use super::words::{id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetSecretValue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

impl Operation for GetSecretValue {
    const NAME: &'static str = "GetSecretValue";

    type Input = Input;
    type Output = Shown;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        let mut keys = keys::of_secret(state, &input.secret_id);
        keys.extend(keys::key("versionid", input.version_id.as_deref()));
        keys.extend(keys::key("versionstage", input.version_stage.as_deref()));
        keys
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Shown, AwsError> {
        let which = Which { version: input.version_id, label: input.version_stage };
        let revealed = state.secrets.value(&id(&state, &input.secret_id)?, &which)?;
        state.secrets.note_read(&revealed, state.clock.now());
        Ok(Shown::of(revealed))
    }
}
