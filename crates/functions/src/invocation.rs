//! An invocation, and what comes of it.

use blueprints::{BlueprintError, Qualifier};
use bytes::Bytes;
use model::FunctionName;

/// AWS's limit for an invocation that somebody waits for, and for its answer.
pub const PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024;

/// What a function is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    pub function: FunctionName,
    pub qualifier: Option<Qualifier>,
    /// JSON.
    pub payload: Bytes,
    /// What a client says of itself: base64 of JSON, handed on as it is.
    pub client_context: Option<String>,
    /// Whether the end of the log is wanted.
    pub wants_tail: bool,
}

impl Invocation {
    pub fn new(function: FunctionName, payload: impl Into<Bytes>) -> Invocation {
        let payload = payload.into();
        Invocation { function, qualifier: None, payload, client_context: None, wants_tail: false }
    }
}

/// What the function answered, or how it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub request_id: String,
    /// `$LATEST` or a number.
    pub executed_version: String,
    /// JSON of its own, or the document of its error.
    pub payload: Bytes,
    /// Whether it failed.
    pub is_error: bool,
    /// The last 4 KB of its log.
    pub tail: Option<String>,
}

/// Which limit an invocation met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Of the account, which is this machine.
    Concurrent,
    /// What is reserved for the function.
    Reserved,
}

/// Why a function was not invoked.
#[derive(Debug, thiserror::Error)]
pub enum InvokeError {
    #[error(transparent)]
    Blueprint(#[from] BlueprintError),
    #[error("Rate Exceeded.")]
    Throttled(Limit),
    #[error("Could not parse request body into json: {0}")]
    NoJson(String),
    #[error(
        "{bytes} byte payload is too large for the {kind} invocation type (limit {most} bytes)"
    )]
    TooLarge { kind: &'static str, bytes: usize, most: usize },
    /// Lambda's words for what keeps a function from starting.
    #[error("The function cannot be run: {what}")]
    NotRunnable { what: String },
    #[error("the server ends")]
    Closing,
}

impl InvokeError {
    /// Whether the same may work a little later, while nothing changed.
    pub fn is_passing(&self) -> bool {
        match self {
            InvokeError::Throttled(_) | InvokeError::Closing => true,
            InvokeError::Blueprint(error) => {
                matches!(error, BlueprintError::Store(_) | BlueprintError::Io { .. })
            }
            InvokeError::NotRunnable { .. } => true,
            InvokeError::NoJson(_) | InvokeError::TooLarge { .. } => false,
        }
    }
}
