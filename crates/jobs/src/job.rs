//! A job: what is to be done, by whom, and whether it still is.

use std::fmt;

use model::{JobId, ThingGroupName, ThingName};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::config::{Config, ConfigError};
use crate::execution::ExecutionRules;
use crate::schedule::Schedule;
use crate::words::{WordsError, check_reason_code, check_text};

/// A job without its document, which is up to 32 KiB and seldom asked for, and without what changes
/// with each execution ([`Progress`](crate::Progress)).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub targets: Vec<Target>,
    pub target_selection: TargetSelection,
    pub description: Option<String>,
    pub config: Config,
    #[serde(default)]
    pub schedule: Schedule,
    pub template_arn: Option<String>,
    pub status: JobStatus,
    pub force_canceled: bool,
    pub reason_code: Option<String>,
    pub comment: Option<String>,
    pub created_at: UnixMillis,
    pub last_updated_at: UnixMillis,
    pub completed_at: Option<UnixMillis>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    Thing(ThingName),
    Group(ThingGroupName),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetSelection {
    /// The things that the targets are when the job begins.
    #[default]
    Snapshot,
    /// Those that join the targets later, too.
    Continuous,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStatus {
    Scheduled,
    InProgress,
    Completed,
    Canceled,
    DeletionInProgress,
}

/// How and why a job is canceled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cancellation {
    /// Cancels what has begun as well.
    pub force: bool,
    pub reason_code: Option<String>,
    pub comment: Option<String>,
}

/// Why a job stays as it is.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JobError {
    #[error("the job is {status} and cannot be {what}")]
    Status { status: JobStatus, what: &'static str },
    #[error("the job is {status}; it can be deleted with force only")]
    NeedsForce { status: JobStatus },
    #[error("targets can be added to continuous jobs only")]
    NotContinuous,
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Words(#[from] WordsError),
}

impl Job {
    /// The scheduled time has come.
    pub fn start(&self, now: UnixMillis) -> Job {
        self.changed_to(JobStatus::InProgress, now)
    }

    /// Nothing is left to do.
    pub fn complete(&self, now: UnixMillis) -> Job {
        Job { completed_at: Some(now), ..self.changed_to(JobStatus::Completed, now) }
    }

    /// One that was canceled may be canceled once more, with force.
    pub fn cancel(&self, how: &Cancellation, now: UnixMillis) -> Result<Job, JobError> {
        let is_harsher = how.force && !self.force_canceled;
        match self.status {
            JobStatus::Scheduled | JobStatus::InProgress => {}
            JobStatus::Canceled if is_harsher => {}
            status => return Err(JobError::Status { status, what: "canceled" }),
        }
        let Cancellation { force, reason_code, comment } = how.clone();
        check_reason_code(reason_code.as_deref())?;
        check_text("comment", comment.as_deref())?;
        let canceled = self.changed_to(JobStatus::Canceled, now);
        Ok(Job { force_canceled: force, reason_code, comment, ..canceled })
    }

    /// One that is not over wants force.
    pub fn delete(&self, force: bool, now: UnixMillis) -> Result<Job, JobError> {
        match self.status {
            JobStatus::Completed | JobStatus::Canceled => {}
            JobStatus::Scheduled | JobStatus::InProgress if force => {}
            status @ (JobStatus::Scheduled | JobStatus::InProgress) => {
                return Err(JobError::NeedsForce { status });
            }
            status @ JobStatus::DeletionInProgress => {
                return Err(JobError::Status { status, what: "deleted again" });
            }
        }
        Ok(self.changed_to(JobStatus::DeletionInProgress, now))
    }

    /// Other settings, for what begins from now on.
    pub fn configure(
        &self,
        description: Option<String>,
        config: Config,
        now: UnixMillis,
    ) -> Result<Job, JobError> {
        config.check()?;
        check_text("description", description.as_deref())?;
        match self.status {
            status @ (JobStatus::Scheduled | JobStatus::InProgress) => {
                let changed = self.changed_to(status, now);
                Ok(Job { description, config, ..changed })
            }
            status => Err(JobError::Status { status, what: "updated" }),
        }
    }

    /// More targets for a continuous job. Those that it has are not added again.
    pub fn associate(
        &self,
        targets: &[Target],
        comment: Option<String>,
        now: UnixMillis,
    ) -> Result<Job, JobError> {
        if self.target_selection != TargetSelection::Continuous {
            return Err(JobError::NotContinuous);
        }
        let status = self.status;
        if !matches!(status, JobStatus::Scheduled | JobStatus::InProgress) {
            return Err(JobError::Status { status, what: "given targets" });
        }
        check_text("comment", comment.as_deref())?;
        let mut changed = self.changed_to(status, now);
        for target in targets {
            if !changed.targets.contains(target) {
                changed.targets.push(target.clone());
            }
        }
        Ok(Job { comment: comment.or(changed.comment), ..changed })
    }

    /// What its executions may do.
    pub fn rules(&self) -> ExecutionRules<'_> {
        ExecutionRules {
            may_start: self.status == JobStatus::InProgress,
            may_go_on: !self.force_canceled && self.status != JobStatus::DeletionInProgress,
            in_progress_timeout_mins: self.config.in_progress_timeout_mins,
            retry: &self.config.retry,
        }
    }

    fn changed_to(&self, status: JobStatus, now: UnixMillis) -> Job {
        Job { status, last_updated_at: now, ..self.clone() }
    }
}

impl JobStatus {
    pub const ALL: [JobStatus; 5] = [
        JobStatus::Scheduled,
        JobStatus::InProgress,
        JobStatus::Completed,
        JobStatus::Canceled,
        JobStatus::DeletionInProgress,
    ];

    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            JobStatus::Scheduled => "SCHEDULED",
            JobStatus::InProgress => "IN_PROGRESS",
            JobStatus::Completed => "COMPLETED",
            JobStatus::Canceled => "CANCELED",
            JobStatus::DeletionInProgress => "DELETION_IN_PROGRESS",
        }
    }
}

impl TargetSelection {
    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            TargetSelection::Snapshot => "SNAPSHOT",
            TargetSelection::Continuous => "CONTINUOUS",
        }
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
