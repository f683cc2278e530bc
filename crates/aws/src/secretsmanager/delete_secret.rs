//! DeleteSecret

use std::sync::Arc;

use secrets::Deletion;
use serde::{Deserialize, Serialize};

use super::keys;
use super::words::{NamedOut, id, resource, secs, unfit};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteSecret;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    recovery_window_in_days: Option<i64>,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    named: NamedOut,
    deletion_date: f64,
}

impl Operation for DeleteSecret {
    const NAME: &'static str = "DeleteSecret";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        let days = input.recovery_window_in_days.map(|days| days.to_string());
        let forced = input.force_delete_without_recovery.to_string();
        let mut keys = keys::of_secret(state, &input.secret_id);
        keys.extend(keys::key("recoverywindowindays", days.as_deref()));
        keys.extend(keys::key("forcedeletewithoutrecovery", Some(&forced)));
        keys
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let when = match (input.force_delete_without_recovery, input.recovery_window_in_days) {
            (false, days) => Deletion::AfterDays(days),
            (true, None) => Deletion::AtOnce,
            (true, Some(_)) => {
                let what = "You can't use ForceDeleteWithoutRecovery in conjunction with \
                            RecoveryWindowInDays.";
                return Err(unfit(what));
            }
        };
        let id = id(&state, &input.secret_id)?;
        let deleted = state.secrets.delete(&id, when, state.clock.now()).await?;
        Ok(Output { named: deleted.secret.into(), deletion_date: secs(deleted.due) })
    }
}
