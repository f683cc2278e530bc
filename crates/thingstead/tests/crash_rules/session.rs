//! A session that persists, and that rules publish to.

use bytes::Bytes;
use model::{Message, Qos, Topic, TopicFilter};
use mqtt::client::{Client, Event};
use mqtt::{ReasonCode, SubscribeOptions, Version};
use serde_json::Value;

use crate::link::{Link, client};
use crate::server::Server;
use crate::tally::{Tally, count_again, text};

const FILTER: &str = "kept/+";

/// What is published here comes after whatever waits.
const MARKER: &str = "kept/marker";

pub(crate) struct Session {
    name: &'static str,
    client: Client,
    round: u64,
    /// What came so far.
    pub(crate) came: Tally,
}

impl Session {
    /// Subscribes, and leaves before there is anything to receive.
    pub(crate) fn prepare(server: &Server, name: &'static str) -> Session {
        let mut link = Link::open(client(name, Version::V5), server, 1);
        while !link.client.is_connected() {
            link.step();
        }
        let filter = TopicFilter::new(FILTER).expect("valid");
        let options = SubscribeOptions { qos: Qos::AtLeastOnce, ..SubscribeOptions::default() };
        link.client.subscribe(&[(filter, options)], None).expect("connected");
        match link.next() {
            Event::Subscribed { reasons, .. } => assert_eq!(reasons, [ReasonCode::GrantedQos1]),
            other => panic!("{other:?} came for SUBSCRIBE"),
        }
        Session { name, client: link.close(), round: 0, came: Tally::new() }
    }

    /// Stays until as much has come as is expected.
    pub(crate) fn receive(self, server: &Server, expected: &Tally) {
        let Session { name, client, mut came, .. } = self;
        let mut link = Link::reopen(client, server, 1);
        while came != *expected {
            match link.next() {
                Event::Message { message, .. } => take(&mut came, name, &message),
                other => panic!("{other:?} came for a subscriber"),
            }
        }
        link.close();
    }

    /// Takes what waits in the session. Whether others are let in makes no difference.
    pub(crate) fn drain(self, server: &Server) -> Session {
        let Session { name, client, round, mut came } = self;
        let mut link = Link::reopen(client, server, 0);
        link.client.publish(marker(round)).expect("there is room");
        let (mut is_marked, mut is_acknowledged) = (false, false);
        while !(is_marked && is_acknowledged) {
            match link.next() {
                Event::Published { reason: ReasonCode::Success, .. } => is_acknowledged = true,
                Event::Message { message, .. } if message.topic.as_str() == MARKER => {
                    is_marked |= message.payload == marker(round).payload;
                }
                Event::Message { message, .. } => take(&mut came, name, &message),
                other => panic!("{other:?} came for a subscriber"),
            }
        }
        Session { name, client: link.close(), round: round + 1, came }
    }
}

fn marker(round: u64) -> Message {
    Message {
        topic: Topic::new(MARKER).expect("valid"),
        payload: Bytes::from(round.to_string()),
        qos: Qos::AtLeastOnce,
        retain: false,
        properties: None,
    }
}

fn take(came: &mut Tally, name: &str, message: &Message) {
    let topic = message.topic.as_str();
    if topic == MARKER {
        return;
    }
    let said: Value = serde_json::from_slice(&message.payload).expect("what the rule selected");
    let (device, number) = (said["device"].as_str(), said["number"].as_u64());
    let (device, number) = device.zip(number).expect("both were selected");
    assert_eq!(topic, format!("kept/{device}"));
    assert_eq!(said["text"], text(device, number));
    count_again(came, name, device, number);
}
