//! Receives numbered messages and checks the numbers.

use std::collections::HashMap;

use model::{Message, Qos, TopicFilter};
use mqtt::client::{Client, Event};
use mqtt::{ReasonCode, SubscribeOptions, Version};
use stdx::clock::{Clock, UnixMillis};

use crate::link::{Link, client};
use crate::server::Server;

pub(crate) struct Subscriber {
    client_id: &'static str,
    version: Version,
    /// The start of the server from which on it is connected.
    comes_at: u64,
}

/// A subscriber whose session the server knows.
pub(crate) struct Subscribed {
    client: Client,
    subscriber: Subscriber,
}

pub(crate) struct Report {
    pub(crate) client_id: &'static str,
    pub(crate) distinct: u64,
    pub(crate) repeated: u64,
    /// When it had everything.
    pub(crate) at: UnixMillis,
}

impl Subscriber {
    pub(crate) fn new(client_id: &'static str, version: Version, comes_at: u64) -> Subscriber {
        Subscriber { client_id, version, comes_at }
    }

    /// Subscribes, and leaves before there is anything to receive.
    pub(crate) fn prepare(self, server: &Server) -> Subscribed {
        let mut link = Link::open(client(self.client_id, self.version), server, 1);
        while !link.client.is_connected() {
            link.step();
        }
        let filter = TopicFilter::new("load/#").expect("valid");
        let options = SubscribeOptions { qos: Qos::ExactlyOnce, ..SubscribeOptions::default() };
        link.client.subscribe(&[(filter, options)], None).expect("connected");
        match link.next() {
            Event::Subscribed { reasons, .. } => {
                assert_eq!(reasons, [ReasonCode::GrantedQos2]);
            }
            other => panic!("{other:?} came for SUBSCRIBE"),
        }
        Subscribed { client: link.close(), subscriber: self }
    }
}

impl Subscribed {
    /// Receives until it has seen `expected` different messages.
    pub(crate) fn run(self, server: &Server, expected: u64) -> Report {
        let Subscribed { client, subscriber } = self;
        let mut link = Link::reopen(client, server, subscriber.comes_at);
        let mut seen = Seen::default();
        while seen.distinct < expected {
            match link.next() {
                Event::Message { message, .. } => seen.take(&message),
                other => panic!("{other:?} came for a subscriber"),
            }
        }
        link.close();
        let at = Clock::system().now();
        let Seen { distinct, repeated, .. } = seen;
        Report { client_id: subscriber.client_id, distinct, repeated, at }
    }
}

/// The last number of each topic, and how many there were.
#[derive(Default)]
struct Seen {
    last: HashMap<String, u64>,
    distinct: u64,
    repeated: u64,
}

impl Seen {
    fn take(&mut self, message: &Message) {
        let number = std::str::from_utf8(&message.payload).ok().and_then(|text| text.parse().ok());
        let number: u64 = number.expect("a number");
        let last = self.last.entry(message.topic.to_string()).or_default();
        if number == *last + 1 {
            *last = number;
            self.distinct += 1;
            return;
        }
        let topic = &message.topic;
        assert!(
            number <= *last,
            "{number} came after {last} on {topic}: one was lost or overtaken"
        );
        assert_eq!(message.qos, Qos::AtLeastOnce, "{number} came twice on {topic}");
        self.repeated += 1;
    }
}
