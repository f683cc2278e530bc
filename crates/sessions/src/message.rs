//! A message as it lies in a queue, retained, or as a will.

use bytes::{BufMut, Bytes};
use model::{Message, MessageProperties, Qos, Topic};

use crate::bytes_of::{Put, Take};

/// A message and when it was published, from which its expiry counts.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredMessage {
    pub message: Message,
    pub published_at: u64,
}

const RETAIN: u8 = 1 << 2;
const PROPERTIES: u8 = 1 << 3;

impl StoredMessage {
    /// When the message stops being worth anything, if it ever does.
    pub fn expires_at(&self) -> Option<u64> {
        expires_at(&self.message, self.published_at)
    }
}

/// When a message published at `published_at` stops being worth anything.
pub(crate) fn expires_at(message: &Message, published_at: u64) -> Option<u64> {
    let secs = message.properties.as_ref()?.message_expiry_secs?;
    Some(published_at + u64::from(secs) * 1_000)
}

pub(crate) fn put(out: &mut Vec<u8>, message: &Message, published_at: u64) {
    let retain = if message.retain { RETAIN } else { 0 };
    let properties = if message.properties.is_some() { PROPERTIES } else { 0 };
    out.put_u8(message.qos.bits() | retain | properties);
    out.put_u64(published_at);
    out.put_text(message.topic.as_str());
    if let Some(properties) = &message.properties {
        put_properties(out, properties);
    }
    out.put_slice(&message.payload);
}

/// The room that [`put`] takes, near enough to ask for it once.
pub(crate) fn size_hint(message: &Message) -> usize {
    16 + message.topic.as_str().len() + message.payload.len()
}

/// Reads a message that fills the rest of `from`.
pub(crate) fn take(mut from: Bytes) -> Option<StoredMessage> {
    let flags = from.take_u8()?;
    let published_at = from.take_u64()?;
    let topic = Topic::new(&from.take_text()?).ok()?;
    let properties =
        if flags & PROPERTIES != 0 { Some(Box::new(take_properties(&mut from)?)) } else { None };
    let qos = Qos::from_bits(flags & 3)?;
    let message = Message { topic, payload: from, qos, retain: flags & RETAIN != 0, properties };
    Some(StoredMessage { message, published_at })
}

const PAYLOAD_KIND: u8 = 1;
const PAYLOAD_UTF8: u8 = 1 << 1;
const EXPIRY: u8 = 1 << 2;
const CONTENT_TYPE: u8 = 1 << 3;
const RESPONSE_TOPIC: u8 = 1 << 4;
const CORRELATION: u8 = 1 << 5;

fn put_properties(out: &mut Vec<u8>, properties: &MessageProperties) {
    let present = |bit: u8, is: bool| if is { bit } else { 0 };
    out.put_u8(
        present(PAYLOAD_KIND, properties.payload_is_utf8.is_some())
            | present(PAYLOAD_UTF8, properties.payload_is_utf8 == Some(true))
            | present(EXPIRY, properties.message_expiry_secs.is_some())
            | present(CONTENT_TYPE, properties.content_type.is_some())
            | present(RESPONSE_TOPIC, properties.response_topic.is_some())
            | present(CORRELATION, properties.correlation_data.is_some()),
    );
    if let Some(secs) = properties.message_expiry_secs {
        out.put_u32(secs);
    }
    for text in [&properties.content_type, &properties.response_topic].into_iter().flatten() {
        out.put_text(text);
    }
    if let Some(data) = &properties.correlation_data {
        out.put_part(data);
    }
    out.put_u32(u32::try_from(properties.user_properties.len()).expect("fits in a packet"));
    for (name, value) in &properties.user_properties {
        out.put_text(name);
        out.put_text(value);
    }
}

fn take_properties(from: &mut Bytes) -> Option<MessageProperties> {
    let present = from.take_u8()?;
    let has = |bit: u8| present & bit != 0;
    let mut properties = MessageProperties {
        payload_is_utf8: has(PAYLOAD_KIND).then(|| has(PAYLOAD_UTF8)),
        ..MessageProperties::default()
    };
    if has(EXPIRY) {
        properties.message_expiry_secs = Some(from.take_u32()?);
    }
    if has(CONTENT_TYPE) {
        properties.content_type = Some(from.take_text()?);
    }
    if has(RESPONSE_TOPIC) {
        properties.response_topic = Some(from.take_text()?);
    }
    if has(CORRELATION) {
        properties.correlation_data = Some(from.take_part()?);
    }
    for _ in 0..from.take_u32()? {
        let pair = (from.take_text()?, from.take_text()?);
        properties.user_properties.push(pair);
    }
    Some(properties)
}

#[cfg(test)]
pub(crate) mod tests {
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

    prop_compose! {
        pub(crate) fn message()(
            topic in "[a-z/$]{1,20}",
            payload in any::<Vec<u8>>().prop_map(Bytes::from),
            qos in 0u8..3,
            retain in any::<bool>(),
            properties in option::of(properties().prop_map(Box::new)),
        ) -> Message {
            Message {
                topic: Topic::new(&topic).expect("valid"),
                payload, qos: Qos::from_bits(qos).expect("valid"), retain, properties,
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_put_is_taken_back(message in message(), published_at: u64) {
            let mut bytes = Vec::new();
            put(&mut bytes, &message, published_at);
            prop_assert_eq!(take(bytes.into()), Some(StoredMessage { message, published_at }));
        }

        #[test]
        fn any_bytes_are_a_message_or_none(bytes: Vec<u8>) {
            take(bytes.into());
        }
    }
}
