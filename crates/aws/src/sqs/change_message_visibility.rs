//! ChangeMessageVisibility

use std::sync::Arc;

use serde::Deserialize;

use super::words::{QueueUrl, visibility};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ChangeMessageVisibility;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    receipt_handle: String,
    visibility_timeout: i64,
}

impl Operation for ChangeMessageVisibility {
    const NAME: &'static str = "ChangeMessageVisibility";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        let secs = visibility(input.visibility_timeout)?;
        let outcomes =
            state.queues.hide_messages(&queue, vec![(input.receipt_handle, secs)]).await?;
        outcomes.into_iter().collect::<Result<(), _>>()?;
        Ok(Nothing {})
    }
}
