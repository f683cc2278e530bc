//! StartMessageMoveTask

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{name_in_arn, task_handle};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct StartMessageMoveTask;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    source_arn: String,
    destination_arn: Option<String>,
    max_number_of_messages_per_second: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    task_handle: String,
}

impl Operation for StartMessageMoveTask {
    const NAME: &'static str = "StartMessageMoveTask";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        name_in_arn(&input.source_arn).to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { source_arn, destination_arn, max_number_of_messages_per_second: rate } = input;
        let task = state.queues.start_move(&source_arn, destination_arn, rate).await?;
        Ok(Output { task_handle: task_handle(&task) })
    }
}
