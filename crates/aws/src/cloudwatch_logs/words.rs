//! Errors as CloudWatch Logs words them, and how its operations name groups and streams.

use bytes::Bytes;
use logs::LogsError;
use model::{Home, LogGroupName};

use crate::error::AwsError;
use crate::reply::Payload;

/// AWS's limit for lists of groups and streams, and what it shows unless asked.
const PAGE_MAX: usize = 50;

pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "InvalidParameterException", message)
}

/// An input that is not what its operation takes.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let (field, what) = (error.path().to_string(), error.inner().to_string());
    if error.inner().is_syntax() || error.inner().is_eof() {
        return AwsError::serialization(format!("the body is no JSON: {what}"));
    }
    // The path of a field that is missing or not known ends above it, and serde names it.
    invalid(if field == "." { what } else { format!("{field}: {what}") })
}

/// An answer without even an empty object, as with AWS.
pub(super) fn nothing() -> Payload {
    Payload { content_type: "application/x-amz-json-1.1", bytes: Bytes::new() }
}

pub(super) fn page_limit(asked: Option<usize>) -> Result<usize, AwsError> {
    within(asked, PAGE_MAX)
}

pub(super) fn event_limit(asked: Option<usize>, most: usize) -> Result<usize, AwsError> {
    within(asked, most)
}

fn within(asked: Option<usize>, most: usize) -> Result<usize, AwsError> {
    match asked {
        None => Ok(most),
        Some(asked) if (1..=most).contains(&asked) => Ok(asked),
        Some(asked) => Err(invalid(format!("limit: 1 to {most}, not {asked}"))),
    }
}

/// A group as policies name it: behind every group stand its streams.
pub(super) fn of_group(name: &str) -> String {
    format!("log-group:{name}:log-stream:")
}

pub(super) fn of_stream(group: &str, stream: &str) -> String {
    format!("{}{stream}", of_group(group))
}

/// The same of a group that is named in one of two ways.
pub(super) fn of_named(name: &Option<String>, identifier: &Option<String>) -> String {
    let identifier = identifier.as_deref().map(name_in_arn);
    of_group(name.as_deref().or(identifier).unwrap_or_default())
}

pub(super) fn group_arn(home: &Home, name: &str) -> String {
    format!("arn:aws:logs:{}:{}:log-group:{name}", home.region, home.account)
}

/// The group that an input names by its name, or by its name or ARN.
pub(super) fn named_group(
    name: Option<String>,
    identifier: Option<String>,
) -> Result<LogGroupName, AwsError> {
    let (field, text) = match (name, identifier) {
        (Some(name), None) => ("logGroupName", name),
        (None, Some(identifier)) => ("logGroupIdentifier", name_in_arn(&identifier).to_owned()),
        _ => return Err(invalid("either logGroupName or logGroupIdentifier is to be given")),
    };
    LogGroupName::new(&text).map_err(|error| invalid(format!("{field}: {error}")))
}

/// The group of an ARN, as policies name it. What else the ARN says does not count: it is ours.
pub(super) fn of_arn(arn: &str) -> String {
    format!("log-group:{}", name_in_arn(arn))
}

pub(super) fn group_of_arn(arn: &str) -> Result<LogGroupName, AwsError> {
    let is_group = arn.starts_with("arn:") && arn.contains(":log-group:");
    let name = LogGroupName::new(name_in_arn(arn)).ok().filter(|_| is_group);
    name.ok_or_else(|| invalid(format!("resourceArn: {arn:?} is no log group's")))
}

fn name_in_arn(text: &str) -> &str {
    let name = text.split_once(":log-group:").map_or(text, |(_, name)| name);
    name.strip_suffix(":*").unwrap_or(name)
}

impl From<LogsError> for AwsError {
    fn from(error: LogsError) -> AwsError {
        let code = match error {
            LogsError::Store(error) => return error.into(),
            LogsError::GroupExists | LogsError::StreamExists => "ResourceAlreadyExistsException",
            LogsError::NoGroup | LogsError::NoStream => "ResourceNotFoundException",
            LogsError::TooManyTags { .. } => "TooManyTagsException",
            LogsError::Retention { .. }
            | LogsError::Token
            | LogsError::Events(_)
            | LogsError::Pattern(_) => "InvalidParameterException",
        };
        AwsError::new(400, code, error.to_string())
    }
}
