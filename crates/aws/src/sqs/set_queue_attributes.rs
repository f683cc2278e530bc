//! SetQueueAttributes

use std::sync::Arc;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::policy::check;
use super::words::QueueUrl;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct SetQueueAttributes;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    queue_url: QueueUrl,
    attributes: BTreeMap<String, String>,
}

impl Operation for SetQueueAttributes {
    const NAME: &'static str = "SetQueueAttributes";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.queue_url.name().to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let queue = input.queue_url.queue(&state)?;
        check(&input.attributes)?;
        state.queues.set_attributes(&queue.name, input.attributes).await?;
        Ok(Nothing {})
    }
}
