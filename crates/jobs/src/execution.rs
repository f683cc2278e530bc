//! One thing's part in a job.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::config::IN_PROGRESS_TIMEOUT_MINS_MAX;
use crate::retry::{Retries, RetryCriterion};

const MINUTE_MILLIS: u64 = 60_000;

/// AWS's limit for the pairs that a device reports.
pub const STATUS_DETAILS_MAX: usize = 10;
const DETAIL_NAME_MAX: usize = 128;
const DETAIL_VALUE_MAX: usize = 1_024;

/// What a device reports beside its status.
pub type StatusDetails = BTreeMap<String, String>;

/// The numbers stand for the places in [`Counters`](crate::Counters), which are stored: append only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(usize)]
pub enum ExecutionStatus {
    Queued = 0,
    InProgress = 1,
    Succeeded = 2,
    Failed = 3,
    TimedOut = 4,
    Rejected = 5,
    Removed = 6,
    Canceled = 7,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    pub status: ExecutionStatus,
    /// Whether it was canceled after the device had begun.
    #[serde(default)]
    pub force_canceled: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub status_details: StatusDetails,
    pub queued_at: UnixMillis,
    pub started_at: Option<UnixMillis>,
    pub last_updated_at: UnixMillis,
    /// Rises with each attempt.
    pub number: u64,
    /// Rises with each change.
    pub version: u64,
    in_progress_until: Option<UnixMillis>,
    step_until: Option<UnixMillis>,
    #[serde(default)]
    pub retries: Retries,
}

/// What a job lets its executions do.
#[derive(Clone, Copy, Debug)]
pub struct ExecutionRules<'a> {
    /// Whether new attempts may begin.
    pub may_start: bool,
    /// Whether what has begun may go on.
    pub may_go_on: bool,
    pub in_progress_timeout_mins: Option<u32>,
    pub retry: &'a [RetryCriterion],
}

/// What a device reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    pub status: ExecutionStatus,
    /// Replaces what there was; left out, it stays.
    pub details: Option<StatusDetails>,
    pub step_timer: Option<StepTimer>,
    pub expected_version: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTimer {
    Minutes(u32),
    Off,
}

/// A transition: what the attempt has become, and what the execution is now. They differ where a
/// failed attempt is followed by the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub reported: Execution,
    pub next: Execution,
}

/// Why an execution stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecutionError {
    #[error("an execution that is {from} cannot become {to}")]
    InvalidTransition { from: ExecutionStatus, to: ExecutionStatus },
    #[error("the execution has version {found}, not {expected}")]
    VersionMismatch { found: u64, expected: u64 },
    #[error("statusDetails may have at most 10 entries, not {count}")]
    TooManyDetails { count: usize },
    #[error("a name in statusDetails has 1 to 128 of letters, digits and ':_-', unlike {name:?}")]
    DetailName { name: String },
    #[error("the value of {name} in statusDetails must have 1 to 1024 printable characters")]
    DetailValue { name: String },
    #[error("stepTimeoutInMinutes must be 1 to 10080, or -1 to stop the timer, not {found}")]
    StepTimer { found: i64 },
}

impl ExecutionStatus {
    pub const ALL: [ExecutionStatus; 8] = [
        ExecutionStatus::Queued,
        ExecutionStatus::InProgress,
        ExecutionStatus::Succeeded,
        ExecutionStatus::Failed,
        ExecutionStatus::TimedOut,
        ExecutionStatus::Rejected,
        ExecutionStatus::Removed,
        ExecutionStatus::Canceled,
    ];

    pub fn is_terminal(self) -> bool {
        !matches!(self, ExecutionStatus::Queued | ExecutionStatus::InProgress)
    }

    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            ExecutionStatus::Queued => "QUEUED",
            ExecutionStatus::InProgress => "IN_PROGRESS",
            ExecutionStatus::Succeeded => "SUCCEEDED",
            ExecutionStatus::Failed => "FAILED",
            ExecutionStatus::TimedOut => "TIMED_OUT",
            ExecutionStatus::Rejected => "REJECTED",
            ExecutionStatus::Removed => "REMOVED",
            ExecutionStatus::Canceled => "CANCELED",
        }
    }

    pub fn parse(text: &str) -> Option<ExecutionStatus> {
        ExecutionStatus::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl StepTimer {
    /// As callers write it: minutes, or -1 for none.
    pub fn from_minutes(minutes: i64) -> Result<StepTimer, ExecutionError> {
        match u32::try_from(minutes) {
            Ok(minutes) if (1..=IN_PROGRESS_TIMEOUT_MINS_MAX).contains(&minutes) => {
                Ok(StepTimer::Minutes(minutes))
            }
            _ if minutes == -1 => Ok(StepTimer::Off),
            _ => Err(ExecutionError::StepTimer { found: minutes }),
        }
    }
}

// === what may happen to it ===

impl Execution {
    /// A thing is told of a job.
    pub fn queued(now: UnixMillis) -> Execution {
        Execution {
            status: ExecutionStatus::Queued,
            force_canceled: false,
            status_details: StatusDetails::new(),
            queued_at: now,
            started_at: None,
            last_updated_at: now,
            number: 1,
            version: 1,
            in_progress_until: None,
            step_until: None,
            retries: Retries::default(),
        }
    }

    /// A thing that had left a job's targets has come back. Its retries begin anew.
    pub fn queued_again(&self, now: UnixMillis) -> Execution {
        Execution { number: self.number + 1, version: self.version + 1, ..Execution::queued(now) }
    }

    /// A device reports.
    pub fn update(
        &self,
        update: &Update,
        rules: &ExecutionRules<'_>,
        now: UnixMillis,
    ) -> Result<Step, ExecutionError> {
        self.require_version(update.expected_version)?;
        let to = update.status;
        if !self.may_report(to, rules) {
            return Err(ExecutionError::InvalidTransition { from: self.status, to });
        }
        let mut reported = self.changed_to(to, update.details.as_ref(), now)?;
        if to == ExecutionStatus::InProgress {
            reported.set_timers(update.step_timer, rules, now);
        }
        Ok(reported.settled(rules, now))
    }

    /// An administrator cancels it. One that has begun wants force.
    pub fn cancel(
        &self,
        force: bool,
        expected_version: Option<u64>,
        details: Option<&StatusDetails>,
        now: UnixMillis,
    ) -> Result<Step, ExecutionError> {
        self.require_version(expected_version)?;
        let to = ExecutionStatus::Canceled;
        let has_begun = self.status == ExecutionStatus::InProgress;
        if self.status.is_terminal() || (has_begun && !force) {
            return Err(ExecutionError::InvalidTransition { from: self.status, to });
        }
        let mut next = self.changed_to(to, details, now)?;
        next.force_canceled = force;
        Ok(Step { reported: next.clone(), next })
    }

    /// A timer ran out. Nothing if none has.
    pub fn time_out(&self, rules: &ExecutionRules<'_>, now: UnixMillis) -> Option<Step> {
        self.due_at().filter(|due_at| *due_at <= now)?;
        let reported = self.plainly(ExecutionStatus::TimedOut, now);
        Some(reported.settled(rules, now))
    }

    /// The thing is gone, or no target any longer. Nothing if the execution is over.
    pub fn remove(&self, now: UnixMillis) -> Option<Step> {
        if self.status.is_terminal() {
            return None;
        }
        let next = self.plainly(ExecutionStatus::Removed, now);
        Some(Step { reported: next.clone(), next })
    }

    /// When it times out, if nothing happens until then.
    pub fn due_at(&self) -> Option<UnixMillis> {
        let timers = [self.in_progress_until, self.step_until];
        let is_running = self.status == ExecutionStatus::InProgress;
        timers.into_iter().flatten().min().filter(|_| is_running)
    }

    pub fn seconds_before_timed_out(&self, now: UnixMillis) -> Option<u64> {
        self.due_at().map(|due_at| due_at.saturating_sub(now) / 1_000)
    }
}

// === how ===

impl Execution {
    fn may_report(&self, to: ExecutionStatus, rules: &ExecutionRules<'_>) -> bool {
        use ExecutionStatus::{Failed, InProgress, Queued, Rejected, Succeeded};
        let is_allowed = match self.status {
            Queued => rules.may_start,
            InProgress => rules.may_go_on,
            _ => false,
        };
        is_allowed && matches!(to, InProgress | Succeeded | Failed | Rejected)
    }

    fn require_version(&self, expected: Option<u64>) -> Result<(), ExecutionError> {
        match expected {
            Some(expected) if expected != self.version => {
                Err(ExecutionError::VersionMismatch { found: self.version, expected })
            }
            _ => Ok(()),
        }
    }

    fn changed_to(
        &self,
        status: ExecutionStatus,
        details: Option<&StatusDetails>,
        now: UnixMillis,
    ) -> Result<Execution, ExecutionError> {
        let mut next = self.plainly(status, now);
        if let Some(details) = details {
            check_details(details)?;
            next.status_details.clone_from(details);
        }
        Ok(next)
    }

    fn plainly(&self, status: ExecutionStatus, now: UnixMillis) -> Execution {
        let mut next =
            Execution { status, version: self.version + 1, last_updated_at: now, ..self.clone() };
        if status != ExecutionStatus::InProgress {
            (next.in_progress_until, next.step_until) = (None, None);
        }
        next
    }

    fn set_timers(
        &mut self,
        step_timer: Option<StepTimer>,
        rules: &ExecutionRules<'_>,
        now: UnixMillis,
    ) {
        let after = |minutes: u32| now.saturating_add(u64::from(minutes) * MINUTE_MILLIS);
        if self.started_at.is_none() {
            self.started_at = Some(now);
            self.in_progress_until = rules.in_progress_timeout_mins.map(after);
        }
        match step_timer {
            Some(StepTimer::Minutes(minutes)) => self.step_until = Some(after(minutes)),
            Some(StepTimer::Off) => self.step_until = None,
            None => {}
        }
    }

    /// If the attempt ended in a way that is tried again, the next attempt follows.
    fn settled(self, rules: &ExecutionRules<'_>, now: UnixMillis) -> Step {
        let retries = self.retries.after(rules.retry, self.status).filter(|_| rules.may_start);
        let next = match retries {
            Some(retries) => Execution { retries, ..self.queued_again(now) },
            None => self.clone(),
        };
        Step { reported: self, next }
    }
}

fn check_details(details: &StatusDetails) -> Result<(), ExecutionError> {
    if details.len() > STATUS_DETAILS_MAX {
        return Err(ExecutionError::TooManyDetails { count: details.len() });
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ":_-".contains(c);
    for (name, value) in details {
        if name.is_empty() || name.len() > DETAIL_NAME_MAX || !name.chars().all(is_plain) {
            return Err(ExecutionError::DetailName { name: name.clone() });
        }
        let length = value.chars().count();
        let has_control = value.chars().any(char::is_control);
        if !(1..=DETAIL_VALUE_MAX).contains(&length) || has_control {
            return Err(ExecutionError::DetailValue { name: name.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
