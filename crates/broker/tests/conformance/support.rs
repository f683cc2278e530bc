//! Short names for what most of these tests need.

use model::Qos;
use mqtt::{PropertiesBuf, Property, RetainHandling, SubscribeOptions, SubscriptionId, Version};
use testkit::{Post, Raw};

pub(crate) const BOTH: [Version; 2] = [V311, V5];

pub(crate) use mqtt::Version::{V5, V311};

pub(crate) fn properties(of: &[Property<'_>]) -> PropertiesBuf {
    let mut properties = PropertiesBuf::new();
    for property in of {
        properties.push(*property).expect("a short property");
    }
    properties
}

pub(crate) fn at(qos: u8) -> SubscribeOptions {
    SubscribeOptions::at(Qos::from_bits(qos).expect("a QoS"))
}

pub(crate) fn handling(qos: u8, retain_handling: RetainHandling) -> SubscribeOptions {
    SubscribeOptions { retain_handling, ..at(qos) }
}

pub(crate) fn subscription_id(id: u32) -> PropertiesBuf {
    properties(&[Property::SubscriptionId(SubscriptionId::new(id).expect("in range"))])
}

/// Publishes one message with each of some payloads.
pub(crate) async fn publish_each(raw: &mut Raw, topic: &str, qos: u8, payloads: &[&str]) {
    for payload in payloads {
        raw.publish(&Post::new(topic, payload).qos(qos)).await;
    }
}
