//! The shapes that operations on jobs share.

use jobs::{Counters, Execution, ExecutionStatus, JobStatus, TargetSelection};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::iot::seconds;

// === statuses ===

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) enum Selection {
    #[serde(rename = "SNAPSHOT")]
    Snapshot,
    #[serde(rename = "CONTINUOUS")]
    Continuous,
}

impl Selection {
    pub(crate) fn read(self) -> TargetSelection {
        match self {
            Selection::Snapshot => TargetSelection::Snapshot,
            Selection::Continuous => TargetSelection::Continuous,
        }
    }
}

pub(crate) fn job_status(text: Option<&str>) -> Result<Option<JobStatus>, AwsError> {
    let status = |text: &str| {
        let status = JobStatus::ALL.into_iter().find(|status| status.as_str() == text);
        status.ok_or_else(|| AwsError::invalid_request(format!("{text:?} is no status of a job")))
    };
    text.map(status).transpose()
}

pub(crate) fn execution_status(text: Option<&str>) -> Result<Option<ExecutionStatus>, AwsError> {
    let status = |text: &str| {
        ExecutionStatus::parse(text).ok_or_else(|| {
            AwsError::invalid_request(format!("{text:?} is no status of an execution"))
        })
    };
    text.map(status).transpose()
}

/// Refuses what is not supported, by name.
pub(crate) fn refuse<T>(field: &str, why: &str, value: Option<&T>) -> Result<(), AwsError> {
    match value {
        None => Ok(()),
        Some(_) => Err(AwsError::invalid_request(format!("{field} is not supported: {why}"))),
    }
}

pub(crate) const NO_NAMESPACES: &str = "jobs have no namespaces here";
pub(crate) const NO_SOURCES: &str = "objects are not served yet; give the document itself";
pub(crate) const NO_WINDOWS: &str = "maintenance windows are not kept yet";
pub(crate) const NO_PACKAGES: &str = "software packages are not kept yet";
pub(crate) const NO_PARAMETERS: &str = "they belong to managed templates, of which there are none";

// === what is shown ===

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProcessDetails {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) processing_targets: Vec<String>,
    number_of_canceled_things: u64,
    number_of_succeeded_things: u64,
    number_of_failed_things: u64,
    number_of_rejected_things: u64,
    number_of_queued_things: u64,
    number_of_in_progress_things: u64,
    number_of_removed_things: u64,
    number_of_timed_out_things: u64,
}

impl ProcessDetails {
    pub(crate) fn of(counters: &Counters, processing_targets: Vec<String>) -> ProcessDetails {
        ProcessDetails {
            processing_targets,
            number_of_canceled_things: counters.of(ExecutionStatus::Canceled),
            number_of_succeeded_things: counters.of(ExecutionStatus::Succeeded),
            number_of_failed_things: counters.of(ExecutionStatus::Failed),
            number_of_rejected_things: counters.of(ExecutionStatus::Rejected),
            number_of_queued_things: counters.of(ExecutionStatus::Queued),
            number_of_in_progress_things: counters.of(ExecutionStatus::InProgress),
            number_of_removed_things: counters.of(ExecutionStatus::Removed),
            number_of_timed_out_things: counters.of(ExecutionStatus::TimedOut),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExecutionSummary {
    status: &'static str,
    queued_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<f64>,
    last_updated_at: f64,
    execution_number: u64,
    retry_attempt: u32,
}

impl ExecutionSummary {
    pub(crate) fn of(execution: &Execution) -> ExecutionSummary {
        ExecutionSummary {
            status: execution.status.as_str(),
            queued_at: seconds(execution.queued_at),
            started_at: execution.started_at.map(seconds),
            last_updated_at: seconds(execution.last_updated_at),
            execution_number: execution.number,
            retry_attempt: execution.retries.total(),
        }
    }
}

/// What most operations on a job answer with.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobNamed {
    job_arn: String,
    job_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl JobNamed {
    pub(crate) fn of(fleet: &fleet::Fleet, job: jobs::Job) -> JobNamed {
        JobNamed {
            job_arn: fleet.registry().job_arn(&job.id).to_string(),
            job_id: job.id.to_string(),
            description: job.description,
        }
    }
}
