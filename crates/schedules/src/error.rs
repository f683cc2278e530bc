//! Why rules, schedules and events were not taken.

use records::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    #[error("Rule {rule} does not exist on EventBus {bus}.")]
    NoRule { rule: String, bus: String },
    #[error("Event bus {0} does not exist.")]
    NoBus(String),
    #[error("Event bus {0} already exists.")]
    BusExists(String),
    #[error("Schedule {0} does not exist.")]
    NoSchedule(String),
    #[error("Schedule {0} already exists.")]
    ScheduleExists(String),
    #[error("Schedule group {0} does not exist.")]
    NoGroup(String),
    #[error("Schedule group {0} already exists.")]
    GroupExists(String),
    #[error("Rule can't be deleted since it has targets.")]
    HasTargets,
    #[error("Event pattern is not valid. Reason: {0}")]
    Pattern(#[from] patterns::UnfitPattern),
    #[error("Parameter ScheduleExpression is not valid: {0}")]
    When(#[from] calendar::UnfitWhen),
    /// `field` as AWS names it.
    #[error("{field}: {why}")]
    Unfit { field: &'static str, why: String },
    #[error("The requested resource exceeds the maximum number allowed: {what}, at most {most}.")]
    Limit { what: &'static str, most: usize },
    #[error("{most} events wait for their targets already")]
    Full { most: usize },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<kv::ReadError> for ScheduleError {
    fn from(error: kv::ReadError) -> ScheduleError {
        ScheduleError::Store(error.into())
    }
}

impl From<records::RecordError> for ScheduleError {
    fn from(error: records::RecordError) -> ScheduleError {
        ScheduleError::Store(error.into())
    }
}
