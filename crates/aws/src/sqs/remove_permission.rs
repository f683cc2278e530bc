//! RemovePermission

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::policy::{change_policy, statements};
use super::words::{QueueUrl, invalid};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct RemovePermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    label: String,
}

impl Operation for RemovePermission {
    const NAME: &'static str = "RemovePermission";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        let label = Value::from(input.label.as_str());
        change_policy(&state, &queue, |document| {
            let statements = statements(document)?;
            let before = statements.len();
            statements.retain(|held| held["Sid"] != label);
            if statements.len() == before {
                let what = format!(
                    "Value {} for parameter Label is invalid. Reason: can't find label.",
                    input.label
                );
                return Err(invalid(what));
            }
            Ok(())
        })
        .await?;
        Ok(Nothing {})
    }
}
