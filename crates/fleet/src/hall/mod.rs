//! The hall, where messages become effects.
//!
//! A message comes in with its sender. The rules whose filters match its topic are evaluated, each
//! that matches has its actions plan what is to be written and sent, and what comes out is one set of
//! [`Effects`]: a batch and messages, which the broker commits together with the message itself. So
//! the sender's acknowledgement says that all of it is on disk, or none.
//!
//! What went on is told by [`Stories`]: which rules there were, what each made of the message, and
//! what became of it.
//!
//! What is to leave the house goes into the outbox, in the same batch; a [`Courier`] takes it out later. So
//! does a rule that asks a function (`defer.rs`), which the courier runs (`run.rs`).
//!
//! Where a recording is on, the message itself is among the effects (`recording.rs`), and what a rule
//! makes of it can be had later (`replay.rs`).
//!
//! `work.rs` is the way of one message. Rules are read once and kept ready (`rule.rs`, `rule_set.rs`).

mod check;
mod courier;
mod defer;
mod delivery;
mod destination;
mod errand;
mod failure;
mod lookup;
mod permits;
mod plain;
mod reading;
mod recording;
mod replay;
mod rule;
mod rule_set;
mod run;
mod secret;
mod story;
mod tally;
mod trial;
mod work;

use std::sync::Arc;

use actions::Carrier;
use iam::Iam;
use logs::Logs;
use model::{ClientId, Message, Principal, Topic};
use outbox::Outbox;
use queues::Queues;
use recordings::Recordings;
use registry::{Change, Registry};
use secrets::Secrets;
use series::Series;
use stdx::clock::{Clock, UnixMillis};
use tables::Tables;
use tokio::sync::Notify;

pub use check::{CheckedRule, filter_of};
pub use courier::Courier;
pub use errand::{Errand, ErrandFate};
pub use replay::{FailedReplay, ReplayError, Replayed, Showing, TriedMany, TriedOne, Verdicts};
pub use rule::{Rule, UnfitRule};
pub use story::{ActionStory, Fate, Receipt, RuleOutcome, RuleStory, Stories, Story, TraceId};
pub use tally::{ActionTally, LastFailure, Tally, Totals};
pub use trial::Trial;
pub use work::TopicHall;

use crate::fleet::Fleet;
use crate::hall::rule_set::RuleSets;

/// What the hall is made of.
#[derive(Debug)]
pub struct HallParts {
    pub fleet: Fleet,
    pub iam: Iam,
    pub tables: Tables,
    pub logs: Logs,
    pub queues: Queues,
    pub series: Series,
    pub objects: objects::Objects,
    pub blueprints: blueprints::Blueprints,
    pub secrets: Secrets,
    pub outbox: Outbox,
    /// Who takes requests out of the house.
    pub carrier: Arc<dyn Carrier>,
    pub recordings: Recordings,
    pub clock: Clock,
    /// Of this run: what rand() and newuuid() begin with, and trace ids hold.
    pub nonce: u64,
}

/// Cheap to clone; all clones are one hall.
#[derive(Clone, Debug)]
pub struct Hall(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) parts: HallParts,
    pub(crate) rules: RuleSets,
    pub(crate) stories: Stories,
    pub(crate) totals: Totals,
    /// Rung when something is to go out.
    pub(crate) outward: Notify,
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// `None` if it came from the house, or by another way than MQTT.
    pub client_id: Option<&'a ClientId>,
    pub principal: &'a Principal,
    pub source_ip: Option<std::net::IpAddr>,
    pub at: UnixMillis,
    /// How many messages are between this one and what a client sent.
    pub hops: u8,
    /// How many messages may follow from it.
    pub room: usize,
}

/// What follows from a message.
#[derive(Debug)]
pub struct Effects {
    pub batch: kv::Batch,
    pub messages: Vec<Message>,
    /// To be told what became of them.
    pub receipt: Receipt,
}

impl Hall {
    pub fn new(parts: HallParts) -> Hall {
        let stories = Stories::new(parts.nonce);
        let (rules, totals, outward) = (RuleSets::default(), Totals::default(), Notify::new());
        let shared = Arc::new(Shared { parts, rules, stories, totals, outward });
        // Weak, or registry and hall would keep each other for ever.
        let watching = Arc::downgrade(&shared);
        shared.registry().watch(move |change| {
            if let (Change::TopicRule(_), Some(shared)) = (change, watching.upgrade()) {
                shared.rules.forget();
            }
        });
        Hall(shared)
    }

    /// What the hall does with messages of this topic; `None` where no rule listens
    /// and nothing is recorded.
    pub fn of_topic(&self, topic: &Topic) -> Option<TopicHall> {
        TopicHall::of(self, topic)
    }

    /// Rises when it may do other things with a topic than before; the registry has an epoch of its own.
    pub fn epoch(&self) -> u64 {
        self.0.parts.recordings.epoch()
    }

    /// What went on with the latest messages.
    pub fn stories(&self) -> &Stories {
        &self.0.stories
    }

    /// What came of all messages, counted.
    pub fn totals(&self) -> &Totals {
        &self.0.totals
    }

    /// The rules that are switched on, in the order of their names; what each was asked is in its tally.
    pub fn rules(&self) -> Result<Vec<Arc<Rule>>, registry::StoreError> {
        Ok(self.0.rule_set()?.all())
    }

    /// How much waits to go out of the house.
    pub fn outward_waiting(&self) -> usize {
        self.0.parts.outbox.len()
    }
}

impl Shared {
    pub(crate) fn registry(&self) -> &Registry {
        self.parts.fleet.registry()
    }
}
