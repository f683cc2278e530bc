//! How far a job is, and what is to be done next.
//!
//! Whoever drives a job asks for its next [`Turn`], does it, stores what came of it together with
//! the new progress, and asks again. Nothing else says what is left: so it can be taken up after a
//! crash as if nothing had happened.

use model::ThingName;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::abort::aborts;
use crate::counters::Counters;
use crate::job::{Job, JobStatus, TargetSelection};
use crate::pacing::Pacing;
use crate::schedule::EndBehavior;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub counters: Counters,
    pub pacing: Pacing,
    pub work: Work,
    /// Nobody else will be told: the job has ended as its schedule says.
    #[serde(default)]
    pub is_stopped: bool,
}

/// What is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// Nothing, until a time comes or something happens.
    #[default]
    Rest,
    /// The targets become a list of things that wait to be told: from this target on, from behind
    /// this thing on.
    Gather { target: usize, after: Option<String> },
    /// Things are told, at the rollout's rate.
    RollOut { not_before: UnixMillis },
    /// Things that wait are forgotten; then executions are canceled, from behind this one on.
    Withdraw { executions: Withdrawn, after: Option<ThingName> },
    /// Everything about the job is deleted, executions from behind this one on first.
    Delete { after: Option<ThingName> },
}

/// Which executions are canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Withdrawn {
    None,
    Queued,
    Unfinished,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Start,
    Gather {
        target: usize,
        after: Option<String>,
    },
    RollOut {
        things_max: u32,
        look_again_at: UnixMillis,
    },
    Withdraw {
        executions: Withdrawn,
        after: Option<ThingName>,
    },
    Delete {
        after: Option<ThingName>,
    },
    End(EndBehavior),
    Abort,
    Complete,
    /// Nothing until then, or until something happens.
    Wait {
        until: Option<UnixMillis>,
    },
}

impl Progress {
    /// Of a job that was just made.
    pub fn begin() -> Progress {
        Progress { work: Work::Gather { target: 0, after: None }, ..Progress::default() }
    }

    pub fn turn(&self, job: &Job, now: UnixMillis) -> Turn {
        match job.status {
            JobStatus::Scheduled => self.before_start(job, now),
            JobStatus::InProgress => self.in_progress(job, now),
            JobStatus::Completed => Turn::Wait { until: None },
            JobStatus::Canceled | JobStatus::DeletionInProgress => self.work_turn(job, now),
        }
    }

    /// When the next turn is due: at once is 0.
    pub fn due_at(&self, job: &Job) -> Option<UnixMillis> {
        let end_at = job.schedule.end_at.filter(|_| !self.is_stopped);
        let of_work = match &self.work {
            Work::Rest => None,
            Work::RollOut { not_before } => Some(*not_before),
            Work::Gather { .. } | Work::Withdraw { .. } | Work::Delete { .. } => Some(0),
        };
        match job.status {
            JobStatus::Scheduled => Some(job.schedule.start_at.unwrap_or_default()),
            JobStatus::InProgress => {
                let is_ripe = self.is_over(job) || aborts(&job.config.abort, &self.counters);
                match is_ripe {
                    true => Some(0),
                    false => of_work.into_iter().chain(end_at).min(),
                }
            }
            JobStatus::Completed => None,
            JobStatus::Canceled | JobStatus::DeletionInProgress => of_work,
        }
    }

    /// AWS's `isConcurrent`: executions are being made or canceled.
    pub fn is_concurrent(&self) -> bool {
        self.work != Work::Rest
    }

    /// Cancels executions. Whoever waits to be told is forgotten, too.
    pub fn withdraw(&self, executions: Withdrawn) -> Progress {
        let work = Work::Withdraw { executions, after: None };
        Progress { work, is_stopped: true, ..self.clone() }
    }

    /// A thing has joined the targets, and waits to be told.
    pub fn joined(&self) -> Progress {
        match self.work {
            Work::Rest => {
                let not_before = 0;
                Progress { work: Work::RollOut { not_before }, ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// Targets from this one on are new.
    pub fn targets_added(&self, from: usize) -> Progress {
        match self.work {
            // The walk will come to them.
            Work::Gather { .. } => self.clone(),
            _ => {
                let work = Work::Gather { target: from, after: None };
                Progress { work, ..self.clone() }
            }
        }
    }

    fn before_start(&self, job: &Job, now: UnixMillis) -> Turn {
        match job.schedule.start_at.filter(|start_at| *start_at > now) {
            Some(start_at) => Turn::Wait { until: Some(start_at) },
            None => Turn::Start,
        }
    }

    fn in_progress(&self, job: &Job, now: UnixMillis) -> Turn {
        let ending = job.schedule.end_at.zip(job.schedule.end_behavior);
        if let Some((end_at, behavior)) = ending.filter(|_| !self.is_stopped)
            && end_at <= now
        {
            return Turn::End(behavior);
        }
        if aborts(&job.config.abort, &self.counters) {
            return Turn::Abort;
        }
        if self.is_over(job) {
            return Turn::Complete;
        }
        self.work_turn(job, now)
    }

    fn work_turn(&self, job: &Job, now: UnixMillis) -> Turn {
        match &self.work {
            Work::Rest => Turn::Wait { until: self.due_at(job) },
            Work::Gather { target, after } => {
                Turn::Gather { target: *target, after: after.clone() }
            }
            Work::RollOut { not_before } if *not_before > now => {
                Turn::Wait { until: self.due_at(job) }
            }
            Work::RollOut { .. } => {
                let allowance = self.pacing.allowance(&job.config.rollout, &self.counters, now);
                let look_again_at = allowance.look_again_at;
                Turn::RollOut { things_max: allowance.things, look_again_at }
            }
            Work::Withdraw { executions, after } => {
                Turn::Withdraw { executions: *executions, after: after.clone() }
            }
            Work::Delete { after } => Turn::Delete { after: after.clone() },
        }
    }

    fn is_over(&self, job: &Job) -> bool {
        let is_finite = self.is_stopped || job.target_selection == TargetSelection::Snapshot;
        is_finite && self.work == Work::Rest && self.counters.pending() == 0
    }
}
