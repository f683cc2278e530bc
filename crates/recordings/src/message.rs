//! A message as it is kept: a version, the length of what is said of it, that as JSON, its payload.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model::{CertificateId, ClientId, Message, MessageProperties, Principal, Qos, Topic};
use records::RecordError;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

const VERSION: u8 = 1;

/// A message with what rules see of it, so that they say the same of it later.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedMessage {
    pub message: Message,
    pub client_id: Option<ClientId>,
    pub principal: Principal,
    pub source_ip: Option<IpAddr>,
    pub at: UnixMillis,
    pub trace_id: String,
    /// What rand() and newuuid() begin with.
    pub seed: u64,
    /// The rules that matched when it came, and all of whose actions are done.
    pub done: Vec<RuleReading>,
}

/// A rule as it read at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleReading {
    pub rule: String,
    /// Of all that says what the rule does.
    pub digest: String,
}

#[derive(Serialize, Deserialize)]
struct Head {
    topic: Topic,
    qos: u8,
    retain: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    properties: Option<WrittenProperties>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<ClientId>,
    principal: WrittenPrincipal,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_ip: Option<IpAddr>,
    at: UnixMillis,
    trace_id: String,
    seed: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    done: Vec<RuleReading>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenPrincipal {
    Certificate(CertificateId),
    Iam(String),
    Anonymous,
    Server,
    Custom(String),
}

#[derive(Serialize, Deserialize)]
struct WrittenProperties {
    payload_is_utf8: Option<bool>,
    message_expiry_secs: Option<u32>,
    content_type: Option<String>,
    response_topic: Option<String>,
    /// In base64.
    correlation_data: Option<String>,
    user_properties: Vec<(String, String)>,
}

impl RecordedMessage {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let head = serde_json::to_vec(&Head::of(self)).expect("texts and numbers");
        let length = u32::try_from(head.len()).expect("a packet is smaller");
        let mut bytes = Vec::with_capacity(5 + head.len() + self.message.payload.len());
        bytes.push(VERSION);
        bytes.extend(length.to_be_bytes());
        bytes.extend(head);
        bytes.extend(&self.message.payload);
        bytes
    }

    pub(crate) fn decode(bytes: &Bytes) -> Result<RecordedMessage, RecordError> {
        let &version = bytes.first().ok_or(RecordError::Empty)?;
        if version != VERSION {
            return Err(RecordError::Version { version, newest: VERSION });
        }
        let length = bytes.get(1..5).and_then(|length| length.try_into().ok());
        let length = length.map(u32::from_be_bytes).ok_or(RecordError::Empty)?;
        let end = usize::try_from(length).ok().and_then(|length| length.checked_add(5));
        let end = end.filter(|end| *end <= bytes.len()).ok_or(RecordError::Empty)?;
        let head: Head = records::parse(&bytes[5..end])?;
        head.read(bytes.slice(end..)).ok_or(RecordError::Key)
    }
}

impl Head {
    fn of(recorded: &RecordedMessage) -> Head {
        let RecordedMessage { message, client_id, principal, source_ip, at, trace_id, seed, done } =
            recorded.clone();
        Head {
            topic: message.topic,
            qos: message.qos.bits(),
            retain: message.retain,
            properties: message.properties.map(|properties| WrittenProperties::of(*properties)),
            client_id,
            principal: match principal {
                Principal::Certificate(id) => WrittenPrincipal::Certificate(id),
                Principal::Iam(id) => WrittenPrincipal::Iam(id.to_string()),
                Principal::Anonymous => WrittenPrincipal::Anonymous,
                Principal::Server => WrittenPrincipal::Server,
                Principal::Custom(id) => WrittenPrincipal::Custom(id.to_string()),
            },
            source_ip,
            at,
            trace_id,
            seed,
            done,
        }
    }

    fn read(self, payload: Bytes) -> Option<RecordedMessage> {
        let Head { topic, qos, retain, properties, client_id, principal, source_ip, .. } = self;
        let properties = match properties {
            None => None,
            Some(properties) => Some(Box::new(properties.read()?)),
        };
        Some(RecordedMessage {
            message: Message { topic, payload, qos: Qos::from_bits(qos)?, retain, properties },
            client_id,
            principal: match principal {
                WrittenPrincipal::Certificate(id) => Principal::Certificate(id),
                WrittenPrincipal::Iam(id) => Principal::Iam(Arc::from(id)),
                WrittenPrincipal::Anonymous => Principal::Anonymous,
                WrittenPrincipal::Server => Principal::Server,
                WrittenPrincipal::Custom(id) => Principal::Custom(Arc::from(id)),
            },
            source_ip,
            at: self.at,
            trace_id: self.trace_id,
            seed: self.seed,
            done: self.done,
        })
    }
}

impl WrittenProperties {
    fn of(properties: MessageProperties) -> WrittenProperties {
        WrittenProperties {
            payload_is_utf8: properties.payload_is_utf8,
            message_expiry_secs: properties.message_expiry_secs,
            content_type: properties.content_type,
            response_topic: properties.response_topic,
            correlation_data: properties.correlation_data.map(|data| STANDARD.encode(data)),
            user_properties: properties.user_properties,
        }
    }

    fn read(self) -> Option<MessageProperties> {
        let correlation_data = self.correlation_data.map(|data| STANDARD.decode(data));
        Some(MessageProperties {
            payload_is_utf8: self.payload_is_utf8,
            message_expiry_secs: self.message_expiry_secs,
            content_type: self.content_type,
            response_topic: self.response_topic,
            correlation_data: correlation_data.transpose().ok()?.map(Bytes::from),
            user_properties: self.user_properties,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        fn properties()(
            payload_is_utf8 in option::of(any::<bool>()),
            message_expiry_secs in option::of(any::<u32>()),
            content_type in option::of(".{0,9}"),
            response_topic in option::of("[a-z/]{1,9}"),
            correlation_data in option::of(any::<Vec<u8>>().prop_map(Bytes::from)),
            user_properties in prop::collection::vec((".{0,5}", ".{0,5}"), 0..4),
        ) -> MessageProperties {
            MessageProperties {
                payload_is_utf8, message_expiry_secs, content_type, response_topic,
                correlation_data, user_properties,
            }
        }
    }

    fn principal() -> impl Strategy<Value = Principal> {
        let certificate = CertificateId::new(&"a1".repeat(32)).expect("an id");
        prop_oneof![
            Just(Principal::Certificate(certificate)),
            "[A-Z]{4}:[a-z]{1,5}".prop_map(|id| Principal::Iam(Arc::from(id))),
            Just(Principal::Anonymous),
            Just(Principal::Server),
            "[A-Za-z0-9]{1,9}".prop_map(|id| Principal::Custom(Arc::from(id))),
        ]
    }

    prop_compose! {
        fn recorded()(
            topic in "[a-z/$]{1,20}",
            payload in any::<Vec<u8>>().prop_map(Bytes::from),
            (qos, retain) in (0u8..3, any::<bool>()),
            properties in option::of(properties().prop_map(Box::new)),
            client_id in option::of("[a-z]{1,9}"),
            principal in principal(),
            source_ip in option::of(any::<IpAddr>()),
            (at, seed) in any::<(u64, u64)>(),
            done in prop::collection::vec(("[a-z_]{1,5}", "[0-9a-f]{32}"), 0..3),
        ) -> RecordedMessage {
            let topic = Topic::new(&topic).expect("valid");
            let qos = Qos::from_bits(qos).expect("valid");
            let reading = |(rule, digest)| RuleReading { rule, digest };
            RecordedMessage {
                message: Message { topic, payload, qos, retain, properties },
                client_id: client_id.map(|id| ClientId::new(&id).expect("valid")),
                principal, source_ip, at, seed,
                trace_id: "trace".to_owned(),
                done: done.into_iter().map(reading).collect(),
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(recorded in recorded()) {
            let bytes = Bytes::from(recorded.encode());
            prop_assert_eq!(RecordedMessage::decode(&bytes).expect("read"), recorded);
        }

        #[test]
        fn any_bytes_are_a_message_or_none(mut bytes: Vec<u8>) {
            bytes.insert(0, VERSION);
            RecordedMessage::decode(&bytes.into()).ok();
        }
    }
}
