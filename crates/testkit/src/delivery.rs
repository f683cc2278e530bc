//! A PUBLISH as it came to a client.

use model::Qos;
use mqtt::{PropertiesBuf, Property, Publish};

/// A message that a client was sent, with all that its packet said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: Qos,
    pub retain: bool,
    pub dup: bool,
    pub packet_id: u16,
    pub properties: PropertiesBuf,
}

impl Delivery {
    pub(crate) fn of(publish: &Publish<'_>) -> Delivery {
        Delivery {
            topic: publish.topic.to_owned(),
            payload: publish.payload.to_vec(),
            qos: publish.qos,
            retain: publish.retain,
            dup: publish.dup,
            packet_id: publish.packet_id,
            properties: PropertiesBuf::copy_of(&publish.properties),
        }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.payload).expect("a payload of text")
    }

    pub fn expiry_secs(&self) -> Option<u32> {
        self.properties.as_properties().message_expiry_secs()
    }

    pub fn alias(&self) -> Option<u16> {
        self.properties.as_properties().topic_alias().map(u16::from)
    }

    /// The identifiers of the subscriptions that the message is for, in rising order.
    pub fn subscription_ids(&self) -> Vec<u32> {
        let ids = self.properties.as_properties().iter().filter_map(|property| match property {
            Property::SubscriptionId(id) => Some(id.get()),
            _ => None,
        });
        let mut ids: Vec<u32> = ids.collect();
        ids.sort_unstable();
        ids
    }
}
