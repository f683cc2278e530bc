//! A message on its way through the broker, borrowed from wherever it lies, and how a session gets
//! it.

use std::cell::OnceCell;
use std::sync::Arc;

use bytes::Bytes;
use model::{Message, MessageProperties, Qos, Topic};
use mqtt::{PropertiesBuf, Property, SubscriptionId, Version};

/// A message and when it came. Most parcels borrow from a connection's read buffer and are gone
/// before the next read; one that must wait becomes a [`Message`] of its own, once for all who
/// wait for it.
#[derive(Debug)]
pub(crate) struct Parcel<'a> {
    pub(crate) topic: &'a Topic,
    pub(crate) payload: Payload<'a>,
    pub(crate) qos: Qos,
    pub(crate) retain: bool,
    pub(crate) properties: Option<&'a MessageProperties>,
    pub(crate) published_at: u64,
    /// When it set out: later than published if it was retained in between.
    pub(crate) now: u64,
    message: OnceCell<Arc<Message>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Payload<'a> {
    Borrowed(&'a [u8]),
    Shared(&'a Bytes),
}

/// How one session gets a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) qos: Qos,
    pub(crate) retain: bool,
    pub(crate) subscription_ids: Vec<u32>,
    /// The connection of the session that was found to be allowed this; 0 if it had none.
    pub(crate) allowed: u64,
}

impl<'a> Parcel<'a> {
    pub(crate) fn new(
        topic: &'a Topic,
        payload: Payload<'a>,
        qos: Qos,
        retain: bool,
        properties: Option<&'a MessageProperties>,
        published_at: u64,
    ) -> Parcel<'a> {
        let (now, message) = (published_at, OnceCell::new());
        Parcel { topic, payload, qos, retain, properties, published_at, now, message }
    }

    pub(crate) fn of(message: &'a Arc<Message>, published_at: u64, now: u64) -> Parcel<'a> {
        Parcel {
            topic: &message.topic,
            payload: Payload::Shared(&message.payload),
            qos: message.qos,
            retain: message.retain,
            properties: message.properties.as_deref(),
            published_at,
            now,
            message: OnceCell::from(Arc::clone(message)),
        }
    }

    /// The message as a value that many can keep.
    pub(crate) fn to_message(&self) -> Arc<Message> {
        Arc::clone(self.message.get_or_init(|| {
            Arc::new(Message {
                topic: self.topic.clone(),
                payload: match self.payload {
                    Payload::Borrowed(bytes) => Bytes::copy_from_slice(bytes),
                    Payload::Shared(bytes) => bytes.clone(),
                },
                qos: self.qos,
                retain: self.retain,
                properties: self.properties.cloned().map(Box::new),
            })
        }))
    }

    /// What the message counts for in the size of a queue.
    pub(crate) fn size(&self) -> u32 {
        let size = self.topic.as_str().len() + self.payload.bytes().len();
        u32::try_from(size).expect("a packet is smaller than 4 GiB")
    }

    pub(crate) fn expires_at(&self) -> Option<u64> {
        let secs = self.properties?.message_expiry_secs?;
        Some(self.published_at + u64::from(secs) * 1_000)
    }

    /// The properties that a session gets with the message at `now`; the expiry is what is left of
    /// it [MQTT-3.3.2-6].
    pub(crate) fn properties_for(
        &self,
        address: &Address,
        version: Version,
        now: u64,
    ) -> Option<PropertiesBuf> {
        let has_any = self.properties.is_some() || !address.subscription_ids.is_empty();
        if version == Version::V311 || !has_any {
            return None;
        }
        let waited_secs = u32::try_from(now.saturating_sub(self.published_at) / 1_000);
        let left = |secs: u32| secs.saturating_sub(waited_secs.unwrap_or(u32::MAX));
        let mut buffer = match self.properties {
            Some(properties) => {
                let expiry = properties.message_expiry_secs.map(left);
                PropertiesBuf::of_message(properties, expiry).expect("they came in a packet")
            }
            None => PropertiesBuf::new(),
        };
        for id in address.subscription_ids.iter().filter_map(|&id| SubscriptionId::new(id)) {
            buffer.push(Property::SubscriptionId(id)).expect("a number fits");
        }
        Some(buffer)
    }
}

impl<'a> Payload<'a> {
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Payload::Borrowed(bytes) => bytes,
            Payload::Shared(bytes) => bytes,
        }
    }
}
