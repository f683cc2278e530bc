//! DeleteMessage

use std::sync::Arc;

use serde::Deserialize;

use super::words::QueueUrl;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteMessage;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    receipt_handle: String,
}

impl Operation for DeleteMessage {
    const NAME: &'static str = "DeleteMessage";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        let outcomes = state.queues.delete_messages(&queue, vec![input.receipt_handle]).await?;
        outcomes.into_iter().collect::<Result<(), _>>()?;
        Ok(Nothing {})
    }
}
