//! ListMessageMoveTasks

use std::sync::Arc;

use queues::{MoveStatus, MoveTask};
use serde::{Deserialize, Serialize};

use super::words::{invalid, name_in_arn, task_handle};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListMessageMoveTasks;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    source_arn: String,
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results: Vec<Shown>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    /// Of a task that can be cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_handle: Option<String>,
    status: &'static str,
    source_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_number_of_messages_per_second: Option<u32>,
    approximate_number_of_messages_moved: u64,
    approximate_number_of_messages_to_move: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    started_timestamp: u64,
}

impl Operation for ListMessageMoveTasks {
    const NAME: &'static str = "ListMessageMoveTasks";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        name_in_arn(&input.source_arn).to_owned()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let most = input.max_results.unwrap_or(1);
        if !(1..=10).contains(&most) {
            return Err(invalid(format!("MaxResults: 1 to 10, not {most}")));
        }
        let tasks = state.queues.moves(&input.source_arn)?;
        Ok(Output { results: tasks.into_iter().take(most).map(Shown::from).collect() })
    }
}

impl From<MoveTask> for Shown {
    fn from(task: MoveTask) -> Shown {
        let is_running = task.status == MoveStatus::Running;
        Shown {
            task_handle: is_running.then(|| task_handle(&task)),
            status: match task.status {
                MoveStatus::Running => "RUNNING",
                MoveStatus::Completed => "COMPLETED",
                MoveStatus::Cancelled => "CANCELLED",
                MoveStatus::Failed => "FAILED",
            },
            source_arn: task.source_arn,
            destination_arn: task.destination_arn,
            max_number_of_messages_per_second: task.per_sec,
            approximate_number_of_messages_moved: task.moved,
            approximate_number_of_messages_to_move: task.to_move,
            failure_reason: task.failure,
            started_timestamp: task.started_at,
        }
    }
}
