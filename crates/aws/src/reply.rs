//! What an operation answers with.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::error::AwsError;
use crate::service::Protocol;

/// An answer, before its service's protocol writes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    /// The fields of the output, for a protocol that writes them as it does.
    Fields(Value),
    /// The output as JSON.
    Json(Bytes),
    /// Bytes that mean nothing to the protocol.
    Payload(Payload),
    /// One whose status or headers say something.
    Shaped(Shaped),
}

/// An answer with a status and headers of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shaped {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
}

/// An output that is answered with this status: `Status::<201, _>(output)`.
#[derive(Debug)]
pub(crate) struct Status<const CODE: u16, T>(pub(crate) T);

/// An output that is a body of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
}

/// The output of an operation that has none.
#[derive(Debug, Serialize)]
pub(crate) struct Nothing {}

/// An output: any that serde can write, or a [`Payload`].
pub(crate) trait Respond {
    fn respond(self, protocol: Protocol) -> Result<Reply, AwsError>;
}

impl<T: Serialize> Respond for T {
    fn respond(self, protocol: Protocol) -> Result<Reply, AwsError> {
        let written = match protocol {
            Protocol::Query { .. } => serde_json::to_value(self).map(Reply::Fields),
            _ => serde_json::to_vec(&self).map(|json| Reply::Json(json.into())),
        };
        written.map_err(AwsError::output)
    }
}

impl Respond for Payload {
    fn respond(self, _protocol: Protocol) -> Result<Reply, AwsError> {
        Ok(Reply::Payload(self))
    }
}

impl Respond for Shaped {
    fn respond(self, _protocol: Protocol) -> Result<Reply, AwsError> {
        Ok(Reply::Shaped(self))
    }
}

impl<const CODE: u16, T: Serialize> Respond for Status<CODE, T> {
    fn respond(self, protocol: Protocol) -> Result<Reply, AwsError> {
        const NO_CONTENT: u16 = 204;
        let bytes = match CODE {
            NO_CONTENT => Vec::new(),
            _ => serde_json::to_vec(&self.0).map_err(AwsError::output)?,
        };
        let (headers, content_type) = (Vec::new(), protocol.content_type());
        Ok(Reply::Shaped(Shaped { status: CODE, headers, content_type, bytes: bytes.into() }))
    }
}

impl Payload {
    pub(crate) fn json(bytes: impl Into<Bytes>) -> Payload {
        Payload { content_type: "application/json", bytes: bytes.into() }
    }
}
