//! Errors as SQS words them, and how its operations name queues.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::QueueName;
use queues::{MoveTask, Queue, QueueError, UnfitAttribute};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::state::State;

/// What AWS lists at most.
pub(super) const LIST_MAX: usize = 1_000;

/// What a URL of a queue begins with before the account, and what else of it counts: its name. Whichever
/// of our names and ports the caller dialled, the queue is ours.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct QueueUrl(String);

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct QueueUrlOut {
    pub(super) queue_url: String,
}

impl QueueUrl {
    /// Of the queue, for policies; whether there is one is asked later.
    pub(super) fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn queue(&self, state: &Arc<State>) -> Result<Queue, AwsError> {
        let mut parts = self.0.rsplit('/');
        let (name, account) = (parts.next().unwrap_or_default(), parts.next());
        // Some clients give the name alone.
        let home = &state.fleet.registry().home().account;
        if account.is_some_and(|account| account != home) {
            return Err(refused(
                ("InvalidAddress", "InvalidAddress"),
                format!("The address {} is not valid for this endpoint.", self.0),
            ));
        }
        Ok(state.queues.queue(name)?)
    }
}

/// Where the caller reaches a queue.
pub(super) fn url(state: &State, caller: &Caller, name: &str) -> String {
    let scheme = if caller.is_secure { "https" } else { "http" };
    format!("{scheme}://{}/{}/{name}", caller.host, state.fleet.registry().home().account)
}

pub(super) fn name_of(text: &str) -> Result<QueueName, AwsError> {
    QueueName::new(text).map_err(|_| {
        let what = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in \
                    length";
        invalid(what)
    })
}

pub(super) fn name_in_arn(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

/// An error by its two names: of this protocol, and of the one before it, which SDKs show.
pub(super) fn refused(
    (code, query_code): (&'static str, &'static str),
    message: impl Into<String>,
) -> AwsError {
    AwsError { query_code: Some(query_code), ..AwsError::new(400, code, message) }
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    refused(("InvalidParameterValueException", "InvalidParameterValue"), message)
}

pub(super) fn unknown_attribute(name: &str) -> AwsError {
    let message = format!("Unknown Attribute {name}.");
    refused(("InvalidAttributeName", "InvalidAttributeName"), message)
}

/// An input that is not what its operation takes.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let (field, what) = (error.path().to_string(), error.inner().to_string());
    if error.inner().is_syntax() || error.inner().is_eof() {
        return AwsError::serialization(format!("the body is no JSON: {what}"));
    }
    // The path of a field that is missing or not known ends above it, and serde names it.
    let message = if field == "." { what } else { format!("{field}: {what}") };
    match message.strip_prefix("missing field `") {
        Some(_) => refused(("MissingRequiredParameterException", "MissingParameter"), message),
        None => invalid(message),
    }
}

pub(super) fn visibility(secs: i64) -> Result<u32, AwsError> {
    u32::try_from(secs).map_err(|_| {
        invalid(format!(
            "Value {secs} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must \
             be an integer between 0 and 43200."
        ))
    })
}

/// How many queues are asked for, if that is said.
pub(super) fn limit(asked: Option<usize>) -> Result<Option<usize>, AwsError> {
    match asked {
        Some(asked) if !(1..=LIST_MAX).contains(&asked) => {
            Err(invalid(format!("MaxResults: 1 to {LIST_MAX}, not {asked}")))
        }
        asked => Ok(asked),
    }
}

pub(super) fn token(after: &str) -> String {
    STANDARD.encode(after)
}

pub(super) fn after(token: Option<&str>) -> Result<Option<String>, AwsError> {
    let read = |token| String::from_utf8(STANDARD.decode(token).ok()?).ok();
    let unfit = || invalid("NextToken: it is none of ours");
    token.map(|token| read(token).ok_or_else(unfit)).transpose()
}

pub(super) fn task_handle(task: &MoveTask) -> String {
    let handle = serde_json::json!({ "taskId": task.id, "sourceArn": task.source_arn });
    STANDARD.encode(handle.to_string())
}

/// The source's ARN and the task's id.
pub(super) fn task_of_handle(handle: &str) -> Option<(String, String)> {
    let handle: serde_json::Value = serde_json::from_slice(&STANDARD.decode(handle).ok()?).ok()?;
    let text = |name: &str| Some(handle[name].as_str()?.to_owned());
    Some((text("sourceArn")?, text("taskId")?))
}

impl From<QueueError> for AwsError {
    fn from(error: QueueError) -> AwsError {
        let codes = match error {
            QueueError::Store(error) => return error.into(),
            QueueError::NoQueue => ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
            QueueError::Exists { .. } => ("QueueNameExists", "QueueAlreadyExists"),
            QueueError::Attribute(UnfitAttribute::Unknown { .. }) => {
                ("InvalidAttributeName", "InvalidAttributeName")
            }
            QueueError::Attribute(UnfitAttribute::Value { .. }) => {
                ("InvalidAttributeValue", "InvalidAttributeValue")
            }
            QueueError::Parameter(_) | QueueError::HandleValue { .. } => {
                ("InvalidParameterValueException", "InvalidParameterValue")
            }
            QueueError::Missing(_) => ("MissingRequiredParameterException", "MissingParameter"),
            QueueError::Contents => ("InvalidMessageContents", "InvalidMessageContents"),
            QueueError::Handle { .. } => ("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"),
            QueueError::NotInFlight { .. } => {
                ("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight")
            }
            QueueError::NoTask => ("ResourceNotFoundException", "ResourceNotFoundException"),
            QueueError::Unsupported(_) => {
                ("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation")
            }
        };
        refused(codes, error.to_string())
    }
}
