//! Why logs were not changed or read.

use records::StoreError;

use crate::pattern::UnfitPattern;
use crate::put::UnfitEvents;

/// Texts that clients see are those of CloudWatch Logs.
#[derive(Debug, thiserror::Error)]
pub enum LogsError {
    #[error("The specified log group already exists")]
    GroupExists,
    #[error("The specified log stream already exists")]
    StreamExists,
    #[error("The specified log group does not exist.")]
    NoGroup,
    #[error("The specified log stream does not exist.")]
    NoStream,
    #[error("a log group has at most {most} tags")]
    TooManyTags { most: usize },
    #[error("{days} is no number of days that a log group can keep its events for")]
    Retention { days: u32 },
    #[error("The specified nextToken is invalid.")]
    Token,
    #[error(transparent)]
    Events(#[from] UnfitEvents),
    #[error(transparent)]
    Pattern(#[from] UnfitPattern),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<kv::ReadError> for LogsError {
    fn from(error: kv::ReadError) -> LogsError {
        LogsError::Store(error.into())
    }
}

impl From<records::RecordError> for LogsError {
    fn from(error: records::RecordError) -> LogsError {
        LogsError::Store(error.into())
    }
}
