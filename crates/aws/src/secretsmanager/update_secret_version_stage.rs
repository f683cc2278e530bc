//! UpdateSecretVersionStage

use std::sync::Arc;

use secrets::Move;
use serde::Deserialize;

use super::keys;
use super::words::{NamedOut, id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateSecretVersionStage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    version_stage: String,
    remove_from_version_id: Option<String>,
    move_to_version_id: Option<String>,
}

impl Operation for UpdateSecretVersionStage {
    const NAME: &'static str = "UpdateSecretVersionStage";

    type Input = Input;
    type Output = NamedOut;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        let mut keys = keys::of_secret(state, &input.secret_id);
        keys.extend(keys::key("versionstage", Some(&input.version_stage)));
        keys
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<NamedOut, AwsError> {
        let moved = Move {
            label: input.version_stage,
            from: input.remove_from_version_id,
            to: input.move_to_version_id,
        };
        let id = id(&state, &input.secret_id)?;
        Ok(state.secrets.move_label(&id, moved, state.clock.now()).await?.into())
    }
}
