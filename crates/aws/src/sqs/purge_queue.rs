//! PurgeQueue

use std::sync::Arc;

use serde::Deserialize;

use super::words::QueueUrl;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PurgeQueue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
}

impl Operation for PurgeQueue {
    const NAME: &'static str = "PurgeQueue";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.queues.purge(&input.queue_url.queue(&state)?.name).await?;
        Ok(Nothing {})
    }
}
