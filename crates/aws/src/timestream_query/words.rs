//! What became of queries, as Timestream words it.

use timesql::QueryError;

use crate::error::AwsError;
use crate::timestream_write::words::validation;

/// AWS's limit of a query's text.
const QUERY_BYTES_MAX: usize = 262_144;

impl From<QueryError> for AwsError {
    fn from(error: QueryError) -> AwsError {
        match error {
            QueryError::Syntax { .. }
            | QueryError::Meaning { .. }
            | QueryError::DatabaseNotFound { .. }
            | QueryError::TableNotFound { .. } => validation(error.to_string()),
            QueryError::Failed(_)
            | QueryError::TooLarge { .. }
            | QueryError::OutOfMemory
            | QueryError::Cancelled => {
                AwsError::new(400, "QueryExecutionException", error.to_string())
            }
            QueryError::Source(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a query failed");
                AwsError::new(500, "InternalServerException", error.to_string())
            }
        }
    }
}

pub(super) fn parsed(text: &str) -> Result<timesql::Query, AwsError> {
    if text.is_empty() || text.len() > QUERY_BYTES_MAX {
        let what = format!("QueryString: 1 to {QUERY_BYTES_MAX} bytes, not {}", text.len());
        return Err(validation(what));
    }
    Ok(timesql::Query::parse(text)?)
}
