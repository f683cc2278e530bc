//! Why series were not changed or read.

use std::io;

use records::{RecordError, StoreError};

/// Texts that clients see are those of Timestream.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    #[error("The database {name} does not exist.")]
    NoDatabase { name: String },
    #[error("The table {name} does not exist.")]
    NoTable { name: String },
    #[error("The database already exists.")]
    DatabaseExists,
    #[error("The table already exists.")]
    TableExists,
    #[error("The database {name} cannot be deleted as it contains tables.")]
    DatabaseNotEmpty { name: String },
    /// The field as AWS names it.
    #[error("{field}: {reason}")]
    Invalid { field: &'static str, reason: String },
    /// Writers that cannot wait are ahead of what can be settled.
    #[error("too much is waiting to be settled")]
    Behind,
    #[error("a segment of the series is damaged: {what}")]
    Damaged { what: &'static str },
    #[error("a file of the series cannot be read or written")]
    File(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SeriesError {
    pub(crate) fn invalid(field: &'static str, reason: impl Into<String>) -> SeriesError {
        SeriesError::Invalid { field, reason: reason.into() }
    }
}

impl From<kv::ReadError> for SeriesError {
    fn from(error: kv::ReadError) -> SeriesError {
        SeriesError::Store(error.into())
    }
}

impl From<RecordError> for SeriesError {
    fn from(error: RecordError) -> SeriesError {
        SeriesError::Store(error.into())
    }
}
