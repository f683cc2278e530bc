//! AddPermission

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::policy::{change_policy, statements};
use super::words::{QueueUrl, invalid};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct AddPermission;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    label: String,
    #[serde(rename = "AWSAccountIds")]
    accounts: Vec<String>,
    actions: Vec<String>,
}

impl Operation for AddPermission {
    const NAME: &'static str = "AddPermission";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        let roots: Vec<String> =
            input.accounts.iter().map(|account| format!("arn:aws:iam::{account}:root")).collect();
        let actions: Vec<String> =
            input.actions.iter().map(|action| format!("SQS:{action}")).collect();
        let statement = json!({
            "Sid": input.label,
            "Effect": "Allow",
            "Principal": { "AWS": roots },
            "Action": actions,
            "Resource": state.queues.arn(queue.name.as_str()),
        });
        change_policy(&state, &queue, |document| {
            let statements = statements(document)?;
            if statements.iter().any(|held| held["Sid"] == input.label.as_str()) {
                let what = format!(
                    "Value {} for parameter Label is invalid. Reason: Already exists.",
                    input.label
                );
                return Err(invalid(what));
            }
            statements.push(statement);
            Ok(())
        })
        .await?;
        Ok(Nothing {})
    }
}
