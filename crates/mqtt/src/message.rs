//! Between a PUBLISH or a will, which borrow from a buffer and belong to a connection, and the
//! [`Message`] that goes through the house.
//!
//! Topic aliases and subscription identifiers stay behind: they mean nothing elsewhere.

use bytes::Bytes;
use model::topic::TopicError;
use model::{Message, MessageProperties, Topic};

use crate::error::EncodeError;
use crate::packet::{Publish, Will};
use crate::properties::{Properties, PropertiesBuf};
use crate::property::Property;

impl<'a> Publish<'a> {
    /// The message of this packet. The topic comes from the caller, who knows what an alias stands
    /// for, and so does the payload: a slice of the read buffer, or a copy.
    pub fn to_message(&self, topic: Topic, payload: Bytes) -> Message {
        let properties = self.properties.to_message_properties().map(Box::new);
        Message { topic, payload, qos: self.qos, retain: self.retain, properties }
    }

    /// A packet for a message, with the properties that [`PropertiesBuf::of_message`] made. Its
    /// packet identifier is still 0.
    pub fn of_message(message: &'a Message, properties: Properties<'a>) -> Publish<'a> {
        Publish {
            dup: false,
            qos: message.qos,
            retain: message.retain,
            topic: message.topic.as_str(),
            packet_id: 0,
            properties,
            payload: &message.payload,
        }
    }
}

impl<'a> Will<'a> {
    pub fn to_message(&self) -> Result<Message, TopicError> {
        Ok(Message {
            topic: Topic::new(self.topic)?,
            payload: Bytes::copy_from_slice(self.payload),
            qos: self.qos,
            retain: self.retain,
            properties: self.properties.to_message_properties().map(Box::new),
        })
    }

    /// A will for a message, with the properties that [`PropertiesBuf::of_message`] made.
    pub fn of_message(message: &'a Message, properties: Properties<'a>) -> Will<'a> {
        Will {
            topic: message.topic.as_str(),
            payload: &message.payload,
            qos: message.qos,
            retain: message.retain,
            properties,
        }
    }
}

impl PropertiesBuf {
    /// What a receiver is told about a message. `expiry_secs` is what is left of its time, which a
    /// server counts down while it holds a message [MQTT-3.3.2-6].
    pub fn of_message(
        properties: &MessageProperties,
        expiry_secs: Option<u32>,
    ) -> Result<PropertiesBuf, EncodeError> {
        let mut buffer = PropertiesBuf::new();
        let fixed = [
            properties.payload_is_utf8.map(Property::PayloadIsUtf8),
            expiry_secs.map(Property::MessageExpirySecs),
            properties.content_type.as_deref().map(Property::ContentType),
            properties.response_topic.as_deref().map(Property::ResponseTopic),
            properties.correlation_data.as_deref().map(Property::CorrelationData),
        ];
        for property in fixed.into_iter().flatten() {
            buffer.push(property)?;
        }
        for (name, value) in &properties.user_properties {
            buffer.push(Property::User((name, value)))?;
        }
        Ok(buffer)
    }
}

impl Properties<'_> {
    /// What a receiver will be told about the message; `None` if that is nothing.
    pub fn to_message_properties(&self) -> Option<MessageProperties> {
        let mut found = MessageProperties::default();
        let mut is_any = false;
        for property in self.iter() {
            is_any |= take(property, &mut found);
        }
        is_any.then_some(found)
    }
}

/// Takes a property into the message; false says that it belongs to the connection.
fn take(property: Property<'_>, into: &mut MessageProperties) -> bool {
    match property {
        Property::PayloadIsUtf8(is_utf8) => into.payload_is_utf8 = Some(is_utf8),
        Property::MessageExpirySecs(secs) => into.message_expiry_secs = Some(secs),
        Property::ContentType(text) => into.content_type = Some(text.to_owned()),
        Property::ResponseTopic(topic) => into.response_topic = Some(topic.to_owned()),
        Property::CorrelationData(data) => {
            into.correlation_data = Some(Bytes::copy_from_slice(data));
        }
        Property::User((name, value)) => {
            into.user_properties.push((name.to_owned(), value.to_owned()));
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use super::*;
    use crate::property::SubscriptionId;
    use model::Qos;

    #[test]
    fn a_message_keeps_what_its_publisher_said_and_nothing_of_the_connection() {
        let mut sent = PropertiesBuf::new();
        for property in [
            Property::TopicAlias(NonZeroU16::MIN),
            Property::User(("a", "1")),
            Property::MessageExpirySecs(60),
            Property::User(("a", "2")),
            Property::CorrelationData(&[1, 2]),
            Property::SubscriptionId(SubscriptionId::new(7).expect("in range")),
        ] {
            sent.push(property).expect("short");
        }
        let publish = Publish {
            dup: true,
            qos: Qos::AtLeastOnce,
            retain: true,
            topic: "",
            packet_id: 9,
            properties: sent.as_properties(),
            payload: b"x",
        };
        let topic = Topic::new("t").expect("valid");
        let message = publish.to_message(topic, Bytes::from_static(b"x"));
        let properties = message.properties.as_deref().expect("some");
        assert_eq!(properties.user_properties.len(), 2);

        let kept = PropertiesBuf::of_message(properties, Some(59)).expect("short");
        let again = Publish::of_message(&message, kept.as_properties());
        let told: Vec<_> = again.properties.iter().collect();
        let expected = [
            Property::MessageExpirySecs(59),
            Property::CorrelationData(&[1, 2]),
            Property::User(("a", "1")),
            Property::User(("a", "2")),
        ];
        assert_eq!(told, expected);
        assert_eq!((again.dup, again.packet_id, again.topic), (false, 0, "t"));
    }

    #[test]
    fn a_message_without_properties_carries_none() {
        let mut alias_only = PropertiesBuf::new();
        alias_only.push(Property::TopicAlias(NonZeroU16::MIN)).expect("short");
        assert_eq!(alias_only.as_properties().to_message_properties(), None);
        assert_eq!(Properties::NONE.to_message_properties(), None);
    }
}
