//! CancelMessageMoveTask

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{name_in_arn, task_of_handle};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CancelMessageMoveTask;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    task_handle: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    approximate_number_of_messages_moved: u64,
}

impl Operation for CancelMessageMoveTask {
    const NAME: &'static str = "CancelMessageMoveTask";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        let source = task_of_handle(&input.task_handle).map(|(source, _)| source);
        source.map_or("*".to_owned(), |source| name_in_arn(&source).to_owned())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (source, id) = task_of_handle(&input.task_handle).ok_or(queues::QueueError::NoTask)?;
        let moved = state.queues.cancel_move(&source, &id).await?;
        Ok(Output { approximate_number_of_messages_moved: moved })
    }
}
