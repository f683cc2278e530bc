//! The shapes that these operations share. Times are whole seconds, documents are text.

use fleet::{DescribedExecution, StateShown};
use jobs::{Execution, StatusDetails, StepTimer};
use model::{JobId, ThingName};
use serde::Serialize;
use stdx::clock::UnixMillis;

use crate::error::AwsError;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownExecution {
    job_id: JobId,
    thing_name: ThingName,
    status: &'static str,
    status_details: StatusDetails,
    queued_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<u64>,
    last_updated_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    approximate_seconds_before_timed_out: Option<u64>,
    version_number: u64,
    execution_number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_document: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    job_id: JobId,
    queued_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<u64>,
    last_updated_at: u64,
    version_number: u64,
    execution_number: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownState {
    status: &'static str,
    status_details: StatusDetails,
    version_number: u64,
}

impl ShownExecution {
    pub(crate) fn of(
        thing: &ThingName,
        described: DescribedExecution,
        now: UnixMillis,
    ) -> ShownExecution {
        let DescribedExecution { job, execution, document } = described;
        ShownExecution {
            job_id: job,
            thing_name: thing.clone(),
            status: execution.status.as_str(),
            queued_at: seconds(execution.queued_at),
            started_at: execution.started_at.map(seconds),
            last_updated_at: seconds(execution.last_updated_at),
            approximate_seconds_before_timed_out: execution.seconds_before_timed_out(now),
            version_number: execution.version,
            execution_number: execution.number,
            status_details: execution.status_details,
            job_document: document,
        }
    }
}

impl Summary {
    pub(crate) fn of(job_id: JobId, execution: &Execution) -> Summary {
        Summary {
            job_id,
            queued_at: seconds(execution.queued_at),
            started_at: execution.started_at.map(seconds),
            last_updated_at: seconds(execution.last_updated_at),
            version_number: execution.version,
            execution_number: execution.number,
        }
    }
}

impl ShownState {
    pub(crate) fn of(state: StateShown) -> ShownState {
        let StateShown { status, details, version } = state;
        ShownState { status: status.as_str(), status_details: details, version_number: version }
    }
}

pub(crate) fn step_timer(minutes: Option<i64>) -> Result<Option<StepTimer>, AwsError> {
    let timer = |minutes| {
        StepTimer::from_minutes(minutes)
            .map_err(|error| AwsError::invalid_request(error.to_string()))
    };
    minutes.map(timer).transpose()
}

pub(crate) fn no_job_id(text: &str) -> AwsError {
    AwsError::invalid_request(format!("{text:?} is neither a job id nor $next"))
}

fn seconds(millis: UnixMillis) -> u64 {
    millis / 1_000
}
