//! Why queues were not changed or read.

use records::StoreError;

/// Texts that clients see are those of SQS.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    #[error("The specified queue does not exist.")]
    NoQueue,
    #[error(
        "A queue already exists with the same name and a different value for attribute {attribute}"
    )]
    Exists { attribute: &'static str },
    #[error(transparent)]
    Attribute(#[from] UnfitAttribute),
    #[error("{0}")]
    Parameter(String),
    #[error("The request must contain the parameter {0}.")]
    Missing(&'static str),
    #[error(
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"
    )]
    Contents,
    #[error("The input receipt handle \"{handle}\" is not a valid receipt handle.")]
    Handle { handle: String },
    #[error("Value {handle} for parameter ReceiptHandle is invalid. Reason: {why}")]
    HandleValue { handle: String, why: &'static str },
    #[error(
        "Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change."
    )]
    NotInFlight { handle: String },
    #[error("The resource that you specified for the SourceArn parameter doesn't exist.")]
    NoTask,
    #[error("{0}")]
    Unsupported(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an attribute of a queue is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitAttribute {
    #[error("Unknown Attribute {name}.")]
    Unknown { name: String },
    #[error("Invalid value for the parameter {name}. Reason: {why}")]
    Value { name: &'static str, why: String },
}

impl From<kv::ReadError> for QueueError {
    fn from(error: kv::ReadError) -> QueueError {
        QueueError::Store(error.into())
    }
}

impl From<records::RecordError> for QueueError {
    fn from(error: records::RecordError) -> QueueError {
        QueueError::Store(error.into())
    }
}
