//! A message on its way from a publisher to those who want it.

use bytes::Bytes;

use crate::topic::Topic;

/// How surely a message is delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Qos {
    #[default]
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}

impl Qos {
    pub fn from_bits(bits: u8) -> Option<Qos> {
        match bits {
            0 => Some(Qos::AtMostOnce),
            1 => Some(Qos::AtLeastOnce),
            2 => Some(Qos::ExactlyOnce),
            _ => None,
        }
    }

    pub fn bits(self) -> u8 {
        self as u8
    }
}

/// An application message, whole and independent of the packet that it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub topic: Topic,
    pub payload: Bytes,
    pub qos: Qos,
    pub retain: bool,
    /// Most messages have none, and carry only a null pointer.
    pub properties: Option<Box<MessageProperties>>,
}

/// What MQTT 5 lets a publisher say about a message and a receiver be told, in the order sent.
/// The topic alias and subscription identifiers belong to a connection and are not here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessageProperties {
    pub payload_is_utf8: Option<bool>,
    /// Seconds from publication after which the message is worth nothing.
    pub message_expiry_secs: Option<u32>,
    pub content_type: Option<String>,
    pub response_topic: Option<String>,
    pub correlation_data: Option<Bytes>,
    pub user_properties: Vec<(String, String)>,
}
