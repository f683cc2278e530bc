//! How recorded messages are asked for and shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fleet::{ReplayError, Verdicts};
use model::TopicFilter;
use recordings::{Asked, RecordedMessage};
use serde::Serialize;

use crate::error::AwsError;

/// What an input says of the messages that it is about.
pub(crate) struct Passage<'a> {
    /// Milliseconds since the epoch.
    pub(crate) since: u64,
    pub(crate) until: Option<u64>,
    pub(crate) topic: Option<TopicFilter>,
    /// What the last answer called `next`.
    pub(crate) after: Option<&'a str>,
}

/// A recorded message as people see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownMessage {
    at: u64,
    topic: String,
    client_id: Option<String>,
    principal: String,
    trace_id: String,
    /// As text, if it is text.
    payload: Option<String>,
    payload_base64: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownVerdicts {
    matched: u64,
    unmatched: u64,
    failed: u64,
    done_before: u64,
}

impl Passage<'_> {
    pub(crate) fn asked(self) -> Result<Asked, AwsError> {
        let Passage { since, until, topic, after } = self;
        let after = after.map(str::parse).transpose();
        let after = after.map_err(|error| AwsError::invalid_request(format!("after: {error}")))?;
        Ok(Asked { since, until, topic, after })
    }
}

impl ShownMessage {
    pub(crate) fn of(recorded: &RecordedMessage) -> ShownMessage {
        let payload = &recorded.message.payload;
        ShownMessage {
            at: recorded.at,
            topic: recorded.message.topic.to_string(),
            client_id: recorded.client_id.as_ref().map(ToString::to_string),
            principal: recorded.principal.identifier().to_owned(),
            trace_id: recorded.trace_id.clone(),
            payload: std::str::from_utf8(payload).ok().map(str::to_owned),
            payload_base64: STANDARD.encode(payload),
        }
    }
}

impl From<Verdicts> for ShownVerdicts {
    fn from(verdicts: Verdicts) -> ShownVerdicts {
        let Verdicts { matched, unmatched, failed, done_before } = verdicts;
        ShownVerdicts { matched, unmatched, failed, done_before }
    }
}

impl From<ReplayError> for AwsError {
    fn from(error: ReplayError) -> AwsError {
        match error {
            ReplayError::NotFound { .. } => AwsError::not_found(error.to_string()),
            ReplayError::Changed { .. } => {
                AwsError::new(409, "ConflictingResourceUpdateException", error.to_string())
            }
            ReplayError::Unfit(error) => error.into(),
            ReplayError::Store(error) => error.into(),
        }
    }
}
