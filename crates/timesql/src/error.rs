//! Why a query has no answer, in the words of Timestream (which are those of Trino where it has no own).

use std::fmt;

use crate::source::SourceError;

/// A place in a query, counted from 1 in characters.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character of the line.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is no SQL.
    #[error("The query syntax is invalid at line {at}: {what}")]
    Syntax {
        /// Where it ceases to be.
        at: Position,
        /// `mismatched input 'FORM'. Expecting: …`
        what: String,
    },
    /// It is SQL, but means nothing here.
    #[error("line {at}: {what}")]
    Meaning {
        /// The part that is meant.
        at: Position,
        /// What is wrong with it.
        what: String,
    },
    /// A database that it names is not there.
    #[error("Requested database '{database}' not found for identifier '{identifier}' at line {at}")]
    DatabaseNotFound {
        /// The name.
        database: String,
        /// As the query has it, with the table.
        identifier: String,
        /// Where it stands.
        at: Position,
    },
    /// A table that it names is not there.
    #[error("line {at}: Table '{identifier}' does not exist")]
    TableNotFound {
        /// Database and table.
        identifier: String,
        /// Where it stands.
        at: Position,
    },
    /// A value came up that the query cannot be answered with: a division by zero.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// It would need more memory than one query may have.
    #[error("Query exceeded per-query memory limit of {limit_bytes} bytes")]
    TooLarge {
        /// What one query may have.
        limit_bytes: usize,
    },
    /// All queries together would need more memory than they may have.
    #[error(
        "Query killed because the cluster is out of memory. Please try again in a few minutes."
    )]
    OutOfMemory,
    /// Somebody said that it shall end.
    #[error("Query was cancelled")]
    Cancelled,
    /// What it asks about could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// A function or operator has no value for what it was given.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

pub(crate) fn meaning<T>(at: Position, what: impl Into<String>) -> Result<T, QueryError> {
    Err(QueryError::Meaning { at, what: what.into() })
}
