//! Errors as Timestream words them, and how its operations name databases and tables.

use model::{DatabaseName, Home, SeriesTableName};
use serde_json::{Value, json};
use series::{Rejected, SeriesError, Standing};
use stdx::clock::UnixMillis;

use crate::error::AwsError;
use crate::state::State;

pub(crate) fn validation(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ValidationException", message)
}

pub(crate) fn not_found(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ResourceNotFoundException", message)
}

/// An input that is not what its operation takes.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let (field, what) = (error.path().to_string(), error.inner().to_string());
    if error.inner().is_syntax() || error.inner().is_eof() {
        return AwsError::serialization(format!("the body is no JSON: {what}"));
    }
    // The path of a field that is missing or not known ends above it, and serde names it.
    validation(if field == "." { what } else { format!("{field}: {what}") })
}

impl From<SeriesError> for AwsError {
    fn from(error: SeriesError) -> AwsError {
        match error {
            SeriesError::NoDatabase { .. } | SeriesError::NoTable { .. } => {
                not_found(error.to_string())
            }
            SeriesError::DatabaseExists | SeriesError::TableExists => {
                AwsError::new(400, "ConflictException", error.to_string())
            }
            SeriesError::DatabaseNotEmpty { .. } | SeriesError::Invalid { .. } => {
                validation(error.to_string())
            }
            SeriesError::Behind => AwsError::new(400, "ThrottlingException", error.to_string()),
            SeriesError::Damaged { .. } | SeriesError::File(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "series cannot be read");
                AwsError::new(500, "InternalServerException", "the series could not be read")
            }
            SeriesError::Store(error) => error.into(),
        }
    }
}

/// What was not taken of a call.
pub(super) fn rejected(rejected: &[Rejected]) -> AwsError {
    let record = |rejected: &Rejected| {
        let mut record = json!({ "RecordIndex": rejected.index, "Reason": rejected.reason });
        if let Some(version) = rejected.existing_version {
            record["ExistingVersion"] = json!(version);
        }
        record
    };
    let records: Vec<Value> = rejected.iter().map(record).collect();
    let message = "One or more records have been rejected. See RejectedRecords for details.";
    let details = [("RejectedRecords".to_owned(), json!(records))].into_iter().collect();
    AwsError { details, ..AwsError::new(400, "RejectedRecordsException", message) }
}

/// A database as policies name it.
pub(super) fn of_database(name: &str) -> String {
    format!("database/{name}")
}

pub(crate) fn of_table(database: &str, table: &str) -> String {
    format!("database/{database}/table/{table}")
}

pub(super) fn arn(home: &Home, path: &str) -> String {
    format!("arn:aws:timestream:{}:{}:{path}", home.region, home.account)
}

/// A name that no database has is one that does not exist, however it is written.
pub(super) fn database(name: &str) -> Result<DatabaseName, AwsError> {
    DatabaseName::new(name).map_err(|_| SeriesError::NoDatabase { name: name.to_owned() }.into())
}

pub(super) fn table(name: &str) -> Result<SeriesTableName, AwsError> {
    SeriesTableName::new(name).map_err(|_| SeriesError::NoTable { name: name.to_owned() }.into())
}

pub(super) fn standing(state: &State, database: &str, table: &str) -> Result<Standing, AwsError> {
    let no_table = || SeriesError::NoTable { name: table.to_owned() }.into();
    state.series.table(database, table)?.ok_or_else(no_table)
}

/// What an ARN names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named<'a> {
    Database(&'a str),
    Table(&'a str, &'a str),
}

/// The path of an ARN, as policies name what it stands for.
pub(super) fn path_of_arn(resource_arn: &str) -> String {
    match named(resource_arn) {
        Ok(Named::Database(name)) => of_database(name),
        Ok(Named::Table(database, table)) => of_table(database, table),
        Err(_) => resource_arn.to_owned(),
    }
}

pub(super) fn named(resource_arn: &str) -> Result<Named<'_>, AwsError> {
    let path = resource_arn.splitn(6, ':').nth(5).unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let is_ours = resource_arn.starts_with("arn:") && resource_arn.contains(":timestream:");
    match parts[..] {
        ["database", name] if is_ours => Ok(Named::Database(name)),
        ["database", name, "table", table] if is_ours => Ok(Named::Table(name, table)),
        _ => Err(validation(format!("The resource ARN {resource_arn} is not valid."))),
    }
}

/// AWS's limit for lists.
const PAGE_MAX: usize = 20;

pub(super) fn page_limit(asked: Option<usize>) -> Result<usize, AwsError> {
    match asked {
        None => Ok(PAGE_MAX),
        Some(asked) if (1..=PAGE_MAX).contains(&asked) => Ok(asked),
        Some(asked) => Err(validation(format!("MaxResults: 1 to {PAGE_MAX}, not {asked}"))),
    }
}

/// As AWS's JSON has times: seconds.
pub(super) fn seconds(at: UnixMillis) -> f64 {
    at as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_name_databases_and_tables() {
        let arn = "arn:aws:timestream:us-east-1:1:database/d";
        assert_eq!(named(arn).expect("named"), Named::Database("d"));
        assert_eq!(path_of_arn(&format!("{arn}/table/t")), "database/d/table/t");
        for other in ["d", "arn:aws:iot:us-east-1:1:database/d", "arn:aws:timestream:r:1:table/t"] {
            named(other).expect_err(other);
        }
    }
}
