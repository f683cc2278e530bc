//! A message as a test writes it down.

use model::Qos;
use mqtt::{Properties, PropertiesBuf, Property, Publish, Will};

/// A message to publish, or a will.
#[derive(Clone, Debug)]
pub struct Post {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: Qos,
    pub retain: bool,
    pub dup: bool,
    /// 0 lets the client choose one.
    pub packet_id: u16,
    pub properties: PropertiesBuf,
}

impl Post {
    pub fn new(topic: &str, payload: impl AsRef<[u8]>) -> Post {
        Post {
            topic: topic.to_owned(),
            payload: payload.as_ref().to_vec(),
            qos: Qos::AtMostOnce,
            retain: false,
            dup: false,
            packet_id: 0,
            properties: PropertiesBuf::new(),
        }
    }

    #[must_use]
    pub fn qos(self, qos: u8) -> Post {
        Post { qos: Qos::from_bits(qos).expect("a QoS"), ..self }
    }

    #[must_use]
    pub fn id(self, packet_id: u16) -> Post {
        Post { packet_id, ..self }
    }

    #[must_use]
    pub fn retained(self) -> Post {
        Post { retain: true, ..self }
    }

    #[must_use]
    pub fn again(self) -> Post {
        Post { dup: true, ..self }
    }

    #[must_use]
    pub fn with(mut self, property: Property<'_>) -> Post {
        self.properties.push(property).expect("a short property");
        self
    }

    pub fn as_publish(&self, packet_id: u16) -> Publish<'_> {
        Publish {
            dup: self.dup,
            qos: self.qos,
            retain: self.retain,
            topic: &self.topic,
            packet_id: if self.qos == Qos::AtMostOnce { 0 } else { packet_id },
            properties: self.as_properties(),
            payload: &self.payload,
        }
    }

    pub fn as_will(&self) -> Will<'_> {
        Will {
            topic: &self.topic,
            payload: &self.payload,
            qos: self.qos,
            retain: self.retain,
            properties: self.as_properties(),
        }
    }

    fn as_properties(&self) -> Properties<'_> {
        self.properties.as_properties()
    }
}
