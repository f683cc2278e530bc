//! Messages: what is sent, what is stored of it, and what is received.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest, Md5};
use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;
use stdx::hex;

use crate::error::QueueError;

/// AWS's limits.
const ATTRIBUTES_MAX: usize = 10;
const ID_CHARS_MAX: usize = 128;

/// Something to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewMessage {
    pub body: String,
    pub attributes: BTreeMap<String, MessageAttribute>,
    /// `AWSTraceHeader`
    pub trace_header: Option<String>,
    /// Instead of what the queue has.
    pub delay_secs: Option<u32>,
    pub group: Option<String>,
    pub dedup: Option<String>,
    /// Who sends it.
    pub sender: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageAttribute {
    /// `String`, `Number` or `Binary`, and what may follow behind a dot.
    pub kind: String,
    pub value: AttributeValue,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributeValue {
    Text(String),
    Binary(Vec<u8>),
}

/// A number that no other message has, in the form of a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageId(pub(crate) [u8; 16]);

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredMessage {
    pub(crate) id: MessageId,
    pub(crate) body: String,
    pub(crate) attributes: BTreeMap<String, MessageAttribute>,
    pub(crate) trace_header: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) dedup: Option<String>,
    pub(crate) sender: String,
    pub(crate) sent_at: UnixMillis,
    /// From when on it can be received at first.
    pub(crate) visible_at: UnixMillis,
    /// The queue in which it was received too often.
    pub(crate) source_arn: Option<String>,
}

impl Record for StoredMessage {
    const VERSION: u8 = 1;
}

/// What was taken of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Take {
    pub(crate) count: u32,
    pub(crate) first_at: UnixMillis,
    /// Until when it is hidden.
    pub(crate) visible_at: UnixMillis,
}

impl Record for Take {
    const VERSION: u8 = 1;
}

/// A message that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub id: MessageId,
    pub handle: String,
    pub body: String,
    pub attributes: BTreeMap<String, MessageAttribute>,
    pub trace_header: Option<String>,
    pub group: Option<String>,
    pub dedup: Option<String>,
    /// Of a FIFO queue.
    pub sequence_number: Option<String>,
    pub sender: String,
    pub sent_at: UnixMillis,
    pub first_received_at: UnixMillis,
    pub receive_count: u32,
    pub source_arn: Option<String>,
}

impl MessageId {
    pub(crate) fn random() -> MessageId {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
        // Version 4, variant 1.
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        MessageId(bytes)
    }
}

impl std::fmt::Display for MessageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&stdx::uuid::written(&self.0))
    }
}

impl NewMessage {
    /// What counts against the limits of queues and batches.
    pub fn bytes(&self) -> usize {
        let attribute = |(name, attribute): (&String, &MessageAttribute)| {
            name.len() + attribute.kind.len() + attribute.value.bytes().len()
        };
        self.body.len() + self.attributes.iter().map(attribute).sum::<usize>()
    }

    /// Refuses what no queue takes.
    pub(crate) fn check(&self) -> Result<(), QueueError> {
        if self.body.is_empty() {
            return Err(QueueError::Missing("MessageBody"));
        }
        if !self.body.chars().all(is_allowed) {
            return Err(QueueError::Contents);
        }
        if self.attributes.len() > ATTRIBUTES_MAX {
            let what = format!(
                "Number of message attributes [{}] exceeds the allowed maximum [{ATTRIBUTES_MAX}].",
                self.attributes.len()
            );
            return Err(QueueError::Parameter(what));
        }
        self.attributes.iter().try_for_each(|(name, attribute)| attribute.check(name))?;
        check_id("MessageGroupId", self.group.as_deref())?;
        check_id("MessageDeduplicationId", self.dedup.as_deref())
    }

    /// The hash that stands for a deduplication id.
    pub(crate) fn content_id(&self) -> String {
        hex::encode(digest(&SHA256, self.body.as_bytes()).as_ref())
    }
}

impl MessageAttribute {
    fn check(&self, name: &str) -> Result<(), QueueError> {
        let refused = |what: String| Err(QueueError::Parameter(what));
        let is_name = !name.is_empty()
            && name.len() <= 256
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
            && !(name.starts_with('.') || name.ends_with('.') || name.contains(".."));
        let lower = name.to_ascii_lowercase();
        if !is_name || lower.starts_with("aws.") || lower.starts_with("amazon.") {
            return refused(format!("The message attribute name '{name}' is not allowed."));
        }
        let base = self.kind.split('.').next().unwrap_or_default();
        let fits = match (base, &self.value) {
            ("String", AttributeValue::Text(text)) => !text.is_empty(),
            ("Number", AttributeValue::Text(text)) => text.trim().parse::<f64>().is_ok(),
            ("Binary", AttributeValue::Binary(bytes)) => !bytes.is_empty(),
            _ => false,
        };
        match fits && self.kind.len() <= 256 {
            true => Ok(()),
            false => refused(format!(
                "The message attribute '{name}' must contain a non-empty message attribute value \
                 for message attribute type '{}'.",
                self.kind
            )),
        }
    }
}

impl AttributeValue {
    pub fn bytes(&self) -> &[u8] {
        match self {
            AttributeValue::Text(text) => text.as_bytes(),
            AttributeValue::Binary(bytes) => bytes,
        }
    }
}

/// XML's characters.
fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        || character >= '\u{10000}'
}

fn check_id(name: &'static str, id: Option<&str>) -> Result<(), QueueError> {
    let Some(id) = id else { return Ok(()) };
    let fits = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_punctuation();
    match (1..=ID_CHARS_MAX).contains(&id.len()) && id.chars().all(fits) {
        true => Ok(()),
        false => Err(QueueError::Parameter(format!(
            "Value {id} for parameter {name} is invalid. Reason: {name} can only include \
             alphanumeric and punctuation characters. 1 to {ID_CHARS_MAX} in length."
        ))),
    }
}

/// What clients compare with what they sent.
pub fn digest_of_body(body: &str) -> String {
    hex::encode(&Md5::digest(body.as_bytes()))
}

/// The same of attributes; nothing where there are none.
pub fn digest_of_attributes<'a>(
    attributes: impl IntoIterator<Item = (&'a String, &'a MessageAttribute)>,
) -> Option<String> {
    let mut hasher = Md5::new();
    let mut is_empty = true;
    for (name, attribute) in attributes {
        is_empty = false;
        let (value, mark) = match &attribute.value {
            AttributeValue::Text(text) => (text.as_bytes(), 1),
            AttributeValue::Binary(bytes) => (&bytes[..], 2),
        };
        add_measured(&mut hasher, name.as_bytes());
        add_measured(&mut hasher, attribute.kind.as_bytes());
        hasher.update([mark]);
        add_measured(&mut hasher, value);
    }
    (!is_empty).then(|| hex::encode(&hasher.finalize()))
}

fn add_measured(hasher: &mut Md5, bytes: &[u8]) {
    hasher.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    hasher.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: &str, value: &str) -> MessageAttribute {
        MessageAttribute { kind: kind.to_owned(), value: AttributeValue::Text(value.to_owned()) }
    }

    #[test]
    fn digests_are_those_that_sdks_compute() {
        assert_eq!(digest_of_body("hello"), "5d41402abc4b2a76b9719d911017c592");
        assert_eq!(digest_of_attributes(&BTreeMap::new()), None);
        let attributes = BTreeMap::from([("key".to_owned(), text("String", "value"))]);
        let digest = digest_of_attributes(&attributes);
        assert_eq!(digest.as_deref(), Some("80176cdee1a774a6892d24cec267ac2f"));
    }

    #[test]
    fn what_no_queue_takes_is_refused() {
        let message = |body: &str| NewMessage { body: body.to_owned(), ..NewMessage::default() };
        assert!(message("a\t\u{1f600}").check().is_ok());
        for body in ["", "\0", "\u{ffff}"] {
            assert!(message(body).check().is_err(), "{body:?}");
        }
        let bytes = AttributeValue::Binary(vec![1]);
        for (name, attribute) in [
            ("", text("String", "a")),
            ("AWS.x", text("String", "a")),
            ("a..b", text("String", "a")),
            ("a", text("String", "")),
            ("a", text("Number", "x")),
            ("a", text("Text", "x")),
            ("a", MessageAttribute { kind: "String".to_owned(), value: bytes }),
        ] {
            let attributes = BTreeMap::from([(name.to_owned(), attribute)]);
            assert!(NewMessage { attributes, ..message("a") }.check().is_err(), "{name}");
        }
    }
}
