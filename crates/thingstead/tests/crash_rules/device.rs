//! Publishes numbered messages, many at a time, until each is acknowledged.

use std::collections::VecDeque;
use std::sync::mpsc::SyncSender;

use bytes::Bytes;
use model::{Message, Qos, Topic};
use mqtt::client::Event;
use mqtt::{ReasonCode, Version};
use serde_json::json;

use crate::link::{Link, client};
use crate::server::Server;
use crate::tally::text;

/// Messages on their way at a time, of the first device. Each further one has twice as many, so that
/// they do not keep step and a commit holds any part of a window.
const WINDOW: usize = 50;

/// The parts of the day, so to say: what an index is ordered by.
const SLOTS: u64 = 7;

pub(crate) struct Device {
    name: String,
    version: Version,
    window: usize,
    total: u64,
}

/// A message of a device is acknowledged.
pub(crate) struct Progress {
    pub(crate) device: String,
    pub(crate) number: u64,
}

impl Device {
    pub(crate) fn new(number: u64, total: u64) -> Device {
        let version = if number.is_multiple_of(2) { Version::V311 } else { Version::V5 };
        let window = WINDOW << number;
        Device { name: format!("device-{number}"), version, window, total }
    }

    pub(crate) fn total(&self) -> (String, u64) {
        (self.name.clone(), self.total)
    }

    pub(crate) fn run(self, server: &Server, progress: &SyncSender<Progress>) {
        let mut link = Link::open(client(&self.name, self.version), server, 1);
        let mut waiting: VecDeque<(u16, u64)> = VecDeque::new();
        let (mut published, mut acknowledged) = (0, 0);
        while acknowledged < self.total {
            while published < self.total && waiting.len() < self.window {
                published += 1;
                let packet_id = link.client.publish(self.message(published));
                waiting.push_back((packet_id.expect("there is room"), published));
            }
            match (link.next(), waiting.pop_front()) {
                (Event::Published { packet_id, reason: ReasonCode::Success }, Some(next))
                    if packet_id == next.0 =>
                {
                    acknowledged = next.1;
                }
                (other, next) => panic!("{other:?} came where {next:?} was next"),
            }
            let told = Progress { device: self.name.clone(), number: acknowledged };
            progress.send(told).expect("somebody counts");
        }
        link.close();
    }

    fn message(&self, number: u64) -> Message {
        let payload = json!({
            "device": self.name,
            "number": number,
            "slot": format!("slot-{}", number % SLOTS),
            "text": text(&self.name, number),
        });
        Message {
            topic: Topic::new(&format!("load/{}", self.name)).expect("valid"),
            payload: Bytes::from(payload.to_string()),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        }
    }
}
