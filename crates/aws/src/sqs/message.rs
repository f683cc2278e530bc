//! Messages as SQS's requests and answers have them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use queues::{AttributeValue, MessageAttribute, NewMessage, digest_of_attributes, digest_of_body};
use serde::{Deserialize, Serialize};

use super::words::invalid;
use crate::caller::{Caller, Who};
use crate::error::AwsError;

/// What the messages of one request may hold.
pub(super) const BATCH_BYTES_MAX: usize = 1_048_576;

const TRACE_HEADER: &str = "AWSTraceHeader";

/// What a receiver may ask to be told of a message.
pub(super) const SYSTEM_ATTRIBUTES: &[&str] = &[
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AttributeIn {
    data_type: String,
    string_value: Option<String>,
    binary_value: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributeOut {
    data_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    binary_value: Option<String>,
}

/// A message as a request has it.
pub(super) struct Outgoing {
    pub(super) body: String,
    pub(super) delay: Option<i64>,
    pub(super) attributes: BTreeMap<String, AttributeIn>,
    pub(super) system_attributes: BTreeMap<String, AttributeIn>,
    pub(super) dedup: Option<String>,
    pub(super) group: Option<String>,
}

/// What the sender compares with what it sent.
pub(super) struct Digests {
    pub(super) body: String,
    pub(super) attributes: Option<String>,
    pub(super) system_attributes: Option<String>,
}

impl Outgoing {
    pub(super) fn read(self, caller: &Caller) -> Result<(NewMessage, Digests), AwsError> {
        let attributes = read_all(self.attributes)?;
        let system = read_all(self.system_attributes)?;
        let digests = Digests {
            body: digest_of_body(&self.body),
            attributes: digest_of_attributes(&attributes),
            system_attributes: digest_of_attributes(&system),
        };
        let delay_secs = self.delay.map(delay).transpose()?;
        let message = NewMessage {
            body: self.body,
            attributes,
            trace_header: trace_header(system)?,
            delay_secs,
            group: self.group,
            dedup: self.dedup,
            sender: sender(caller),
        };
        Ok((message, digests))
    }
}

fn delay(secs: i64) -> Result<u32, AwsError> {
    u32::try_from(secs).map_err(|_| {
        invalid(format!(
            "Value {secs} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 \
             and <= 900."
        ))
    })
}

fn read_all(
    attributes: BTreeMap<String, AttributeIn>,
) -> Result<BTreeMap<String, MessageAttribute>, AwsError> {
    let read = |(name, attribute): (String, AttributeIn)| {
        let AttributeIn { data_type: kind, string_value, binary_value } = attribute;
        let value = match (string_value, binary_value) {
            (Some(text), None) => AttributeValue::Text(text),
            (None, Some(text)) => AttributeValue::Binary(STANDARD.decode(text).map_err(|_| {
                invalid(format!("The message attribute '{name}': BinaryValue is no base64."))
            })?),
            _ => {
                return Err(invalid(format!(
                    "The message attribute '{name}' must contain either StringValue or BinaryValue."
                )));
            }
        };
        Ok((name, MessageAttribute { kind, value }))
    };
    attributes.into_iter().map(read).collect()
}

/// The one attribute that a sender may give to the system.
fn trace_header(
    mut system: BTreeMap<String, MessageAttribute>,
) -> Result<Option<String>, AwsError> {
    let found = system.remove(TRACE_HEADER);
    if let Some(name) = system.keys().next() {
        return Err(invalid(format!("Message system attribute name '{name}' is invalid.")));
    }
    match found.map(|attribute| attribute.value) {
        None => Ok(None),
        Some(AttributeValue::Text(text)) => Ok(Some(text)),
        Some(AttributeValue::Binary(_)) => {
            Err(invalid(format!("Message system attribute '{TRACE_HEADER}' is a String.")))
        }
    }
}

fn sender(caller: &Caller) -> String {
    match &caller.who {
        Who::Signed(login) => login.identity.user_id.clone(),
        Who::Device(authority) => format!("{:?}", authority.principal()),
    }
}

impl From<MessageAttribute> for AttributeOut {
    fn from(attribute: MessageAttribute) -> AttributeOut {
        let MessageAttribute { kind: data_type, value } = attribute;
        let (string_value, binary_value) = match value {
            AttributeValue::Text(text) => (Some(text), None),
            AttributeValue::Binary(bytes) => (None, Some(STANDARD.encode(bytes))),
        };
        AttributeOut { data_type, string_value, binary_value }
    }
}
