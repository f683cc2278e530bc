//! What waits to go out, and what must be known if it does not get there.

use std::net::IpAddr;

use bytes::Bytes;
use items::{Item, Value};
use model::{Message, MessageProperties, Qos, Topic};
use records::Record;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::entry::base64_text as base64;
use crate::run::Run;

/// Something that is to go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Entries of one target go out one after the other.
    pub target: String,
    pub delivery: Delivery,
    pub rule: String,
    /// Which of the rule's actions, as error documents call it: `HttpAction`
    pub action: String,
    /// Its place in the rule; `None` for the rule's error action, and for the rule itself.
    pub action_at: Option<usize>,
    /// What error documents name as the failed resource.
    pub resource: Option<String>,
    pub origin: Origin,
    /// To be told if it does not work, if the rule has one and this is not it.
    pub error_action: Option<ErrorAction>,
    pub queued_at: UnixMillis,
}

/// The message that it follows from, for the error action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// As the rule sees it.
    pub topic: String,
    #[serde(with = "base64")]
    pub payload: Bytes,
    pub client_id: Option<String>,
    pub principal: Option<String>,
    pub source_ip: Option<IpAddr>,
    pub at: UnixMillis,
    pub trace_id: String,
    pub seed: u64,
}

/// A rule's error action as it was when the message came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorAction {
    /// One action, in JSON.
    pub action: String,
    /// Of the rule, whose variables the action may name.
    pub sql: String,
    pub sql_version: Option<String>,
}

/// How it goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    Http(HttpRequest),
    Letter(Letter),
    ItemUpdate(ItemUpdate),
    /// The rule itself, which asks what the message could not wait for.
    Run(Run),
}

/// An attribute that is set in an item of a table, which may turn out to be too large for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemUpdate {
    pub table: String,
    pub key: Item,
    pub attribute: String,
    pub value: Value,
}

/// A POST to somebody's server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequest {
    pub url: String,
    /// What its owner confirmed: it must still be switched on when the request goes out.
    pub confirmation_url: String,
    pub headers: Vec<(String, String)>,
    #[serde(with = "base64")]
    pub body: Bytes,
    pub signing: Option<Signing>,
}

/// With whose key a request is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    pub region: String,
    pub service: String,
    pub role_arn: String,
}

/// A message to the house itself, as a device would send it: `$aws/things/lamp/shadow/update`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub topic: String,
    #[serde(with = "base64")]
    pub payload: Bytes,
    pub qos: u8,
    pub properties: Option<LetterProperties>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterProperties {
    payload_is_utf8: Option<bool>,
    message_expiry_secs: Option<u32>,
    content_type: Option<String>,
    response_topic: Option<String>,
    correlation_data: Option<Vec<u8>>,
    user_properties: Vec<(String, String)>,
}

impl Letter {
    pub fn of(message: &Message) -> Letter {
        Letter {
            topic: message.topic.as_str().to_owned(),
            payload: message.payload.clone(),
            qos: message.qos.bits(),
            properties: message.properties.as_deref().map(LetterProperties::of),
        }
    }

    /// The message; `None` if this program would not have written such a letter.
    pub fn message(&self) -> Option<Message> {
        Some(Message {
            topic: Topic::new(&self.topic).ok()?,
            payload: self.payload.clone(),
            qos: Qos::from_bits(self.qos)?,
            retain: false,
            properties: self.properties.clone().map(|held| Box::new(held.into_properties())),
        })
    }
}

impl LetterProperties {
    pub(crate) fn of(properties: &MessageProperties) -> LetterProperties {
        let MessageProperties {
            payload_is_utf8,
            message_expiry_secs,
            content_type,
            response_topic,
            correlation_data,
            user_properties,
        } = properties.clone();
        let correlation_data = correlation_data.map(|data| data.to_vec());
        LetterProperties {
            payload_is_utf8,
            message_expiry_secs,
            content_type,
            response_topic,
            correlation_data,
            user_properties,
        }
    }

    pub(crate) fn into_properties(self) -> MessageProperties {
        MessageProperties {
            payload_is_utf8: self.payload_is_utf8,
            message_expiry_secs: self.message_expiry_secs,
            content_type: self.content_type,
            response_topic: self.response_topic,
            correlation_data: self.correlation_data.map(Bytes::from),
            user_properties: self.user_properties,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct StoredEntry(pub(crate) Entry);

impl Record for StoredEntry {
    const VERSION: u8 = 1;
}

/// Bytes as a text, which takes a third more of the disk, where a list of numbers takes three times.
mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map(Bytes::from).map_err(serde::de::Error::custom)
    }
}
