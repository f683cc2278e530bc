//! What follows from a message in the house's hall. It is committed with the message; or, if it leaves
//! nothing on disk, it takes place at once.

use std::sync::Arc;

use hashbrown::HashMap;
use kv::Batch;
use model::{BASIC_INGEST, Message, Topic};

use crate::broker::Shared;
use crate::flow::{Draft, Publish};
use crate::port::{Effects, Hall, Receipt, Sender};
use crate::route::Route;

/// How many messages may follow from one, through however many rules, and how many of them each from
/// the one before. It bounds what rules do that feed each other.
const FOLLOWING_MAX: usize = 1_000;
const HOPS_MAX: u8 = 10;

/// Topics of following messages that a connection remembers.
const WAYS_MAX: usize = 256;

/// The hall's effects of one message, and of the messages that come of them.
#[derive(Debug, Default)]
pub(crate) struct Following {
    pub(crate) batch: Batch,
    pub(crate) publishes: Vec<Publish>,
    pub(crate) receipts: Vec<Box<dyn Receipt>>,
}

/// Where messages that follow go, as far as it is known. Who keeps it forgets it when routes or halls
/// change.
#[derive(Debug, Default)]
pub(crate) struct Ways(HashMap<Box<str>, Way>);

#[derive(Clone, Debug)]
struct Way {
    route: Arc<Route>,
    hall: Option<Arc<dyn Hall>>,
}

impl Ways {
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

impl Following {
    /// Whether any of it must be on disk before the message is acknowledged.
    pub(crate) fn is_durable(&self) -> bool {
        let is_kept =
            |publish: &Publish| publish.retain || publish.route.is_durable(publish.message.qos);
        !self.batch.is_empty() || self.publishes.iter().any(is_kept)
    }
}

impl Draft {
    /// Commits what follows together with the rest.
    pub(crate) fn follow(&mut self, following: Following) {
        let Following { batch, publishes, receipts } = following;
        self.batch.append(batch);
        self.following.extend(publishes);
        self.receipts.extend(receipts);
    }
}

impl Shared {
    /// What follows from a message that a sender published, if the hall does anything with it.
    pub(crate) fn following(
        &self,
        message: &Arc<Message>,
        sender: &Sender<'_>,
    ) -> Option<Following> {
        let hall = self.house.hall(&message.topic)?;
        Some(self.following_in(&*hall, message, sender, &mut Ways::default()))
    }

    /// The same, by the hall of the message's topic.
    pub(crate) fn following_in(
        &self,
        hall: &dyn Hall,
        message: &Arc<Message>,
        sender: &Sender<'_>,
        ways: &mut Ways,
    ) -> Following {
        let mut following = Following::default();
        self.add_following(&mut following, hall, message, sender, ways);
        following
    }

    fn add_following(
        &self,
        following: &mut Following,
        hall: &dyn Hall,
        message: &Arc<Message>,
        sender: &Sender<'_>,
        ways: &mut Ways,
    ) {
        let room = match sender.hops {
            0..HOPS_MAX => FOLLOWING_MAX.saturating_sub(following.publishes.len()),
            _ => 0,
        };
        let effects = hall.work(message, &Sender { room, ..*sender });
        let Effects { batch, messages, receipt } = effects;
        following.batch.append(batch);
        following.receipts.extend(receipt);
        for message in messages {
            let way = self.way(&message.topic, ways);
            let message = Arc::new(message);
            if let Some(hall) = way.hall {
                let sender = Sender { hops: sender.hops + 1, ..*sender };
                self.add_following(following, &*hall, &message, &sender, ways);
            }
            if !is_hall_only(message.topic.as_str()) {
                following.publishes.push(Publish::by_house(message, way.route, sender.at));
            }
        }
    }

    fn way(&self, topic: &Topic, ways: &mut Ways) -> Way {
        if let Some(known) = ways.0.get(topic.as_str()) {
            return known.clone();
        }
        let route = Arc::new(self.routes.find(topic).0);
        let way = Way { route, hall: self.house.hall(topic) };
        if ways.0.len() >= WAYS_MAX {
            ways.0.clear();
        }
        ways.0.insert(Box::from(topic.as_str()), way.clone());
        way
    }
}

/// Whether messages of a topic go to the hall and to no subscriber.
pub(crate) fn is_hall_only(topic: &str) -> bool {
    topic.starts_with(BASIC_INGEST)
}
