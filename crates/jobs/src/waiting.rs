//! What something that is not over waits for, and until when.

use std::fmt;

use stdx::clock::UnixMillis;

use crate::execution::{Execution, ExecutionStatus};
use crate::job::{Job, JobStatus};
use crate::progress::{Progress, Work};

/// `until` is when the wait ends by itself; nothing where only others can end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// The job's scheduled start.
    Start { until: Option<UnixMillis> },
    /// The rollout's turn to tell the thing.
    Rollout { until: Option<UnixMillis> },
    /// The device, to begin.
    Device { until: Option<UnixMillis> },
    /// The device, to report.
    Report { until: Option<UnixMillis> },
    /// Being canceled, which happens without anybody.
    Cancellation,
}

impl Waiting {
    /// What a thing that was not told yet waits for.
    pub fn of_thing(job: &Job, progress: &Progress) -> Waiting {
        match (job.status, &progress.work) {
            (JobStatus::Scheduled, _) => Waiting::Start { until: job.schedule.start_at },
            (JobStatus::InProgress, Work::RollOut { not_before }) => {
                Waiting::Rollout { until: Some(*not_before).filter(|at| *at > 0) }
            }
            (JobStatus::InProgress, Work::Gather { .. }) => Waiting::Rollout { until: None },
            _ => Waiting::Cancellation,
        }
    }

    /// What an execution waits for; nothing if it is over.
    pub fn of_execution(execution: &Execution, job: &Job) -> Option<Waiting> {
        let end = |force_needed: bool| {
            use crate::schedule::EndBehavior::{Cancel, ForceCancel};
            let cancels = match job.schedule.end_behavior {
                Some(ForceCancel) => true,
                Some(Cancel) => !force_needed,
                _ => false,
            };
            job.schedule.end_at.filter(|_| cancels)
        };
        let rules = job.rules();
        match execution.status {
            ExecutionStatus::Queued if !rules.may_start => Some(Waiting::Cancellation),
            ExecutionStatus::InProgress if !rules.may_go_on => Some(Waiting::Cancellation),
            ExecutionStatus::Queued => Some(Waiting::Device { until: end(false) }),
            ExecutionStatus::InProgress => {
                let until = execution.due_at().into_iter().chain(end(true)).min();
                Some(Waiting::Report { until })
            }
            _ => None,
        }
    }

    pub fn until(self) -> Option<UnixMillis> {
        match self {
            Waiting::Start { until }
            | Waiting::Rollout { until }
            | Waiting::Device { until }
            | Waiting::Report { until } => until,
            Waiting::Cancellation => None,
        }
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Waiting::Start { .. } => "the scheduled start of the job",
            Waiting::Rollout { .. } => "its turn in the rollout",
            Waiting::Device { .. } => "the device to begin",
            Waiting::Report { .. } => "the device to report",
            Waiting::Cancellation => "being canceled",
        })
    }
}
