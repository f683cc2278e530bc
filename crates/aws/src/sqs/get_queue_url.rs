//! GetQueueUrl

use std::sync::Arc;

use serde::Deserialize;

use super::words::{QueueUrlOut, url};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetQueueUrl;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_name: String,
    #[serde(rename = "QueueOwnerAWSAccountId")]
    owner: Option<String>,
}

impl Operation for GetQueueUrl {
    const NAME: &'static str = "GetQueueUrl";

    type Input = Input;
    type Output = QueueUrlOut;

    fn resource(input: &Input) -> String {
        input.queue_name.clone()
    }

    async fn call(
        state: Arc<State>,
        caller: Caller,
        input: Input,
    ) -> Result<QueueUrlOut, AwsError> {
        let account = &state.fleet.registry().home().account;
        if input.owner.is_some_and(|owner| owner != *account) {
            return Err(queues::QueueError::NoQueue.into());
        }
        let queue = state.queues.queue(&input.queue_name)?;
        Ok(QueueUrlOut { queue_url: url(&state, &caller, queue.name.as_str()) })
    }
}
