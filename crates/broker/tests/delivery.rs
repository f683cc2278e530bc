//! Random scripts of a few clients against a simple model of what they are owed: at QoS 1 and 2
//! nothing is lost, the order of a publisher's messages on a topic holds, and QoS 2 comes exactly
//! once; whatever connections break, sessions are taken over, and servers killed.

use std::collections::VecDeque;

use mqtt::{Ack, Packet, PacketType, Version};
use proptest::prelude::*;
use testkit::{Delivery, Hello, Post, Raw, Server};

const CLIENTS: usize = 3;

/// What happens next. Clients and topics are numbered.
#[derive(Clone, Debug)]
enum Act {
    Subscribe {
        client: usize,
        topic: u8,
        qos: u8,
    },
    Unsubscribe {
        client: usize,
        topic: u8,
    },
    Publish {
        client: usize,
        topic: u8,
        qos: u8,
    },
    /// Takes some of the messages that wait, and acknowledges them.
    Read {
        client: usize,
        count: usize,
    },
    /// Looks at some of the messages that wait, and acknowledges none of them.
    Peek {
        client: usize,
        count: usize,
    },
    Leave {
        client: usize,
    },
    Vanish {
        client: usize,
    },
    TakeOver {
        client: usize,
    },
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let client = 0..CLIENTS;
    let topic = 0..2_u8;
    let qos = 1..=2_u8;
    prop_oneof![
        2 => (client.clone(), topic.clone(), qos.clone())
            .prop_map(|(client, topic, qos)| Act::Subscribe { client, topic, qos }),
        1 => (client.clone(), topic.clone())
            .prop_map(|(client, topic)| Act::Unsubscribe { client, topic }),
        8 => (client.clone(), topic, qos)
            .prop_map(|(client, topic, qos)| Act::Publish { client, topic, qos }),
        3 => (client.clone(), 1..4_usize).prop_map(|(client, count)| Act::Read { client, count }),
        2 => (client.clone(), 1..4_usize).prop_map(|(client, count)| Act::Peek { client, count }),
        1 => client.clone().prop_map(|client| Act::Leave { client }),
        2 => client.clone().prop_map(|client| Act::Vanish { client }),
        1 => client.prop_map(|client| Act::TakeOver { client }),
        1 => Just(Act::Restart),
    ]
}

/// A client, and what the model knows that it is owed.
struct Client {
    name: String,
    version: Version,
    raw: Option<Raw>,
    subscriptions: [Option<u8>; 2],
    /// What it is owed, in order.
    owed: VecDeque<Owed>,
    /// Messages that it was sent on this connection and has not acknowledged: the first of `owed`.
    open: Vec<Delivery>,
}

struct Owed {
    text: String,
    qos: u8,
    /// The start of the server in which it was published. The packet identifiers of two starts
    /// might be the same, so messages of one wait until those of the earlier one are acknowledged.
    start: u32,
}

struct World {
    /// How often the server was started anew.
    starts: u32,
    server: Server,
    clients: Vec<Client>,
    published: u32,
}

impl World {
    fn new() -> World {
        let versions = [Version::V311, Version::V5, Version::V5];
        let client = |(number, version): (usize, Version)| Client {
            name: format!("c{number}"),
            version,
            raw: None,
            subscriptions: [None; 2],
            owed: VecDeque::new(),
            open: Vec::new(),
        };
        let clients = versions.into_iter().enumerate().map(client).collect();
        World { starts: 0, server: Server::standard(), clients, published: 0 }
    }

    async fn play(&mut self, act: &Act) {
        match *act {
            Act::Subscribe { client, topic, qos } => self.subscribe(client, topic, qos).await,
            Act::Unsubscribe { client, topic } => {
                self.connected(client).await.unsubscribe(&[&name(topic)]).await;
                self.clients[client].subscriptions[usize::from(topic)] = None;
            }
            Act::Publish { client, topic, qos } => self.publish(client, topic, qos).await,
            Act::Read { client, count } => {
                self.look(client, count).await;
                self.acknowledge(client).await;
            }
            Act::Peek { client, count } => self.look(client, count).await,
            Act::Leave { client } => {
                if let Some(raw) = self.part(client) {
                    raw.leave().await;
                }
            }
            Act::Vanish { client } => drop(self.part(client)),
            Act::TakeOver { client } => {
                let old = self.part(client);
                self.connected(client).await;
                drop(old);
            }
            Act::Restart => self.restart().await,
        }
    }

    /// The connection of a client, made if there is none.
    async fn connected(&mut self, client: usize) -> &mut Raw {
        let Client { name, version, raw, .. } = &mut self.clients[client];
        if raw.is_none() {
            *raw = Some(self.server.connect(&Hello::lasting(*version, name)).await);
        }
        raw.as_mut().expect("it was just made")
    }

    /// The client's connection ends: what it did not acknowledge it is owed from the start.
    fn part(&mut self, client: usize) -> Option<Raw> {
        self.clients[client].open.clear();
        self.clients[client].raw.take()
    }

    async fn subscribe(&mut self, client: usize, topic: u8, qos: u8) {
        self.connected(client).await.subscribe(&name(topic), qos).await;
        self.clients[client].subscriptions[usize::from(topic)] = Some(qos);
    }

    async fn publish(&mut self, client: usize, topic: u8, qos: u8) {
        self.published += 1;
        let text = self.published.to_string();
        self.connected(client).await.publish(&Post::new(&name(topic), &text).qos(qos)).await;
        for receiver in &mut self.clients {
            if let Some(granted) = receiver.subscriptions[usize::from(topic)] {
                let (text, start) = (text.clone(), self.starts);
                receiver.owed.push_back(Owed { text, qos: qos.min(granted), start });
            }
        }
    }

    /// Reads up to `count` messages that the client has not seen on this connection.
    async fn look(&mut self, client: usize, count: usize) {
        self.connected(client).await;
        let Client { raw, owed, open, .. } = &mut self.clients[client];
        let raw = raw.as_mut().expect("it is connected");
        let oldest = owed.front().map(|owed| owed.start);
        let sendable = owed.iter().take_while(|owed| Some(owed.start) == oldest).count();
        for _ in 0..count.min(sendable - open.len()) {
            let delivery = raw.delivery().await;
            let Owed { text, qos, .. } = &owed[open.len()];
            assert_eq!((delivery.text(), delivery.qos.bits()), (text.as_str(), *qos));
            open.push(delivery);
        }
    }

    /// Acknowledges all that was seen, and waits until the server knows.
    async fn acknowledge(&mut self, client: usize) {
        let Client { raw, owed, open, .. } = &mut self.clients[client];
        let raw = raw.as_mut().expect("it is connected");
        for delivery in open.drain(..) {
            let ack = Ack::success(delivery.packet_id);
            if delivery.qos.bits() == 1 {
                raw.send(&Packet::PubAck(ack)).await;
            } else {
                raw.send(&Packet::PubRec(ack)).await;
                raw.ack(PacketType::PubRel, delivery.packet_id).await;
                raw.send(&Packet::PubComp(ack)).await;
            }
            owed.pop_front();
        }
        // Deletions need no sync (a crash may bring back what was acknowledged): this takes them
        // along, so that the model need not know two outcomes.
        raw.publish(&Post::new("$settled", "").qos(1).retained()).await;
    }

    async fn restart(&mut self) {
        let gone: Vec<_> = (0..CLIENTS).filter_map(|client| self.part(client)).collect();
        self.server.restart().await;
        self.starts += 1;
        drop(gone);
    }

    /// In the end everybody gets all that is left, and nothing else.
    async fn settle(&mut self) {
        for client in 0..CLIENTS {
            while !self.clients[client].owed.is_empty() {
                self.look(client, usize::MAX).await;
                self.acknowledge(client).await;
            }
            self.connected(client).await.expect_nothing().await;
        }
    }
}

fn name(topic: u8) -> String {
    format!("t/{topic}")
}

async fn run(acts: Vec<Act>) {
    let mut world = World::new();
    for act in &acts {
        world.play(act).await;
    }
    world.settle().await;
    world.restart().await;
    world.settle().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn everybody_gets_what_they_are_owed_and_nothing_else(
        acts in prop::collection::vec(act(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(run(acts));
    }
}
