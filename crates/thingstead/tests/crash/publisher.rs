//! Publishes numbered messages until each is acknowledged.

use std::sync::mpsc::SyncSender;

use bytes::Bytes;
use model::{Message, Qos, Topic};
use mqtt::client::Event;
use mqtt::{ReasonCode, Version};

use crate::link::{Link, client};
use crate::server::Server;

/// Topics of one publisher.
const TOPICS: u64 = 4;

/// Messages on their way at a time.
const WINDOW: usize = 200;

pub(crate) struct Publisher {
    client_id: String,
    version: Version,
    qos: Qos,
    total: u64,
}

/// So many more messages are acknowledged.
pub(crate) struct Progress(pub(crate) u64);

impl Publisher {
    pub(crate) fn new(number: u64, version: Version, qos: Qos, total: u64) -> Publisher {
        Publisher { client_id: format!("publisher-{number}"), version, qos, total }
    }

    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    pub(crate) fn run(self, server: &Server, progress: &SyncSender<Progress>) {
        let mut link = Link::open(client(&self.client_id, self.version), server, 1);
        let (mut published, mut acknowledged) = (0, 0);
        while acknowledged < self.total {
            while published < self.total && link.client.unacknowledged() < WINDOW {
                link.client.publish(self.message(published)).expect("there is room");
                published += 1;
            }
            match link.next() {
                Event::Published { reason, .. } if self.is_taken(reason) => acknowledged += 1,
                other => panic!("{other:?} came for a message"),
            }
            progress.send(Progress(1)).expect("somebody counts");
        }
        link.close();
    }

    /// A PUBREL that is sent again after a kill may name a message that the server had released
    /// already: PUBCOMP then says so, which is no error during recovery (MQTT 5.0 §3.7.2.1).
    fn is_taken(&self, reason: ReasonCode) -> bool {
        let is_released = reason == ReasonCode::PacketIdentifierNotFound;
        reason == ReasonCode::Success || is_released && self.qos == Qos::ExactlyOnce
    }

    /// Topics take turns; the messages of each count from 1.
    fn message(&self, index: u64) -> Message {
        let (topic, number) = (index % TOPICS, index / TOPICS + 1);
        let topic = format!("load/{}/{}/{topic}", self.client_id, self.qos.bits());
        Message {
            topic: Topic::new(&topic).expect("valid"),
            payload: Bytes::from(format!("{number:032}")),
            qos: self.qos,
            retain: false,
            properties: None,
        }
    }
}
