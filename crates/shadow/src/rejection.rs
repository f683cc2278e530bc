//! Why a request is refused, in AWS's codes and words.

use serde_json::{Value, json};

use crate::UnixSeconds;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("Invalid JSON")]
    InvalidJson,
    #[error("Missing required node: state")]
    StateMissing,
    #[error("State node must be an object")]
    StateNotAnObject,
    #[error("Desired node must be an object")]
    DesiredNotAnObject,
    #[error("Reported node must be an object")]
    ReportedNotAnObject,
    #[error("Invalid version")]
    InvalidVersion,
    #[error("Invalid clientToken")]
    InvalidClientToken,
    #[error("JSON contains too many levels of nesting; maximum is {most}")]
    TooDeep { most: usize },
    #[error("State contains an invalid node: {name}")]
    InvalidNode { name: String },
    #[error("Forbidden")]
    Forbidden,
    #[error("No shadow exists with name: '{name}'")]
    NotFound { name: String },
    #[error("Version conflict")]
    VersionConflict,
    #[error("The payload exceeds the maximum size allowed")]
    TooLarge,
    #[error("Unsupported documented encoding; supported encoding is UTF-8")]
    NotUtf8,
    #[error("Internal service failure")]
    Internal,
}

impl Rejection {
    /// The code in a rejection, which is the status over HTTP.
    pub fn code(&self) -> u16 {
        match self {
            Rejection::Forbidden => 403,
            Rejection::NotFound { .. } => 404,
            Rejection::VersionConflict => 409,
            Rejection::TooLarge => 413,
            Rejection::NotUtf8 => 415,
            Rejection::Internal => 500,
            _ => 400,
        }
    }

    /// The payload on `…/rejected`.
    pub fn to_json(&self, client_token: Option<&str>, now: UnixSeconds) -> Value {
        let mut payload =
            json!({ "code": self.code(), "message": self.to_string(), "timestamp": now });
        if let Some(token) = client_token {
            payload["clientToken"] = token.into();
        }
        payload
    }
}
