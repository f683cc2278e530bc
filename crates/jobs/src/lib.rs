//! Jobs: what a fleet is told to do, and how far each thing has come with it. Pure: the time comes
//! in as a value, and each transition takes a value and answers with another, or with the reason
//! why not.
//!
//! - A [`Job`] says what is to be done, by whom, and how fast; [`Progress`] says how far it is, and
//!   what is left for whoever drives it: the next [`Turn`].
//! - An [`Execution`] is one thing's part in a job. A device moves it; so do timers, retries and
//!   cancellation.
//! - [`Pacing`] says how many things may be told now, and when to look again; [`Counters`] count
//!   executions by status, and [`aborts`] says whether too many of them failed.
//! - What is not over says what it waits for, and until when: [`Waiting`].
//!
//! Not here: where jobs are stored (`registry`), who drives them (`fleet`), and how devices and
//! administrators write them. The types can be written with serde since the registry's records hold
//! them as they are.

mod abort;
mod config;
mod counters;
mod execution;
mod job;
mod pacing;
mod progress;
mod retry;
mod schedule;
mod waiting;
mod words;

pub use abort::{AbortCriterion, AbortFailure, aborts};
pub use config::{
    Config, ConfigError, ExponentialRate, IN_PROGRESS_TIMEOUT_MINS_MAX, PresignedUrlConfig,
    RateIncrease, RolloutConfig,
};
pub use counters::{CounterChange, Counters};
pub use execution::{
    Execution, ExecutionError, ExecutionRules, ExecutionStatus, STATUS_DETAILS_MAX, StatusDetails,
    Step, StepTimer, Update,
};
pub use job::{Cancellation, Job, JobError, JobStatus, Target, TargetSelection};
pub use pacing::{Allowance, Pacing};
pub use progress::{Progress, Turn, Withdrawn, Work};
pub use retry::{RETRIES_MAX, Retries, RetryCriterion, RetryFailure};
pub use schedule::{EndBehavior, Schedule, ScheduleError};
pub use waiting::Waiting;
pub use words::{WordsError, check_text};
