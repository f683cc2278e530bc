//! Where messages go: all subscriptions of all sessions, and the targets of a topic.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use model::{Message, Qos, Topic, TopicFilter};
use router::{Group, Tree};
use sessions::Subscription;

use crate::parcel::Address;
use crate::session::Session;

/// All subscriptions.
#[derive(Debug)]
pub(crate) struct Routes {
    table: RwLock<Table>,
    epoch: AtomicU64,
}

#[derive(Debug)]
struct Table {
    plain: Tree<u64, Member>,
    /// By filter and the name of the share.
    shared: Tree<Arc<str>, SharedGroup>,
}

type SharedGroup = Arc<Mutex<Group<u64, Member>>>;

#[derive(Clone, Debug)]
struct Member {
    session: Arc<Session>,
    subscription: Subscription,
}

/// Who gets the messages of one topic.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) topic: Topic,
    pub(crate) targets: Vec<Target>,
    groups: Vec<SharedGroup>,
    /// Whether some session keeps the topic's QoS 1 and 2 messages on disk. A session that starts
    /// or stops to be persistent changes the epoch.
    keeps: bool,
}

/// A session and how it gets a message. Where several of its subscriptions match, they are one:
/// the message goes out once, with the highest QoS granted and all identifiers [MQTT-3.3.4-2].
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) session: Arc<Session>,
    pub(crate) qos: Qos,
    pub(crate) retain_as_published: bool,
    /// Not for the session's own messages.
    pub(crate) no_local: bool,
    pub(crate) subscription_ids: Vec<u32>,
    /// The connection of the session that may have this topic, as in [`Address::allowed`].
    allowed: u64,
}

impl Routes {
    pub(crate) fn new(multi_level_matches_parent: bool) -> Routes {
        let table = Table {
            plain: Tree::new(multi_level_matches_parent),
            shared: Tree::new(multi_level_matches_parent),
        };
        Routes { table: RwLock::new(table), epoch: AtomicU64::new(0) }
    }

    pub(crate) fn subscription_count(&self) -> usize {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.plain.len() + table.shared.len()
    }

    /// Rises with each change of the table.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Adds a subscription; false says that it replaced one.
    pub(crate) fn subscribe(
        &self,
        session: &Arc<Session>,
        filter: &TopicFilter,
        subscription: Subscription,
    ) -> bool {
        let member = Member { session: Arc::clone(session), subscription };
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let replaced = match filter.share_name() {
            None => table.plain.insert(filter.levels(), session.key, member),
            Some(name) => {
                let group = table.shared.entry(filter.levels(), Arc::from(name), Arc::default);
                lock(group).join(session.key, member)
            }
        };
        self.epoch.fetch_add(1, Ordering::Release);
        replaced.is_none()
    }

    /// Makes every route be found anew.
    pub(crate) fn invalidate(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn unsubscribe(&self, session: u64, filter: &TopicFilter) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        match filter.share_name() {
            None => {
                table.plain.remove(filter.levels(), &session);
            }
            Some(name) => {
                let Some(group) = table.shared.get_mut(filter.levels(), name) else { return };
                let mut group = lock(group);
                group.leave(&session);
                let is_empty = group.is_empty();
                drop(group);
                if is_empty {
                    table.shared.remove(filter.levels(), name);
                }
            }
        }
        self.epoch.fetch_add(1, Ordering::Release);
    }

    /// Whether any subscription matches `topic`.
    pub(crate) fn has_any(&self, topic: &Topic) -> bool {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = false;
        table.plain.each_match(topic.as_str(), |_, _| found = true);
        table.shared.each_match(topic.as_str(), |_, _| found = true);
        found
    }

    /// The route of `topic`, and the epoch at which it holds.
    pub(crate) fn find(&self, topic: &Topic) -> (Route, u64) {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: the epoch and what is found belong together.
        let epoch = self.epoch();
        let mut targets = BTreeMap::new();
        let mut keeps = false;
        table.plain.each_match(topic.as_str(), |key, member| {
            keeps |= member.keeps();
            targets
                .entry(*key)
                .and_modify(|target: &mut Target| target.merge(&member.subscription))
                .or_insert_with(|| Target::new(member));
        });
        let mut groups = Vec::new();
        table.shared.each_match(topic.as_str(), |_, group| {
            keeps |= lock(group).iter().any(|(_, member)| member.keeps());
            groups.push(Arc::clone(group));
        });
        drop(table);
        // What a session may not receive it is not sent; its authority notes the refusal.
        let found = targets.into_values();
        let targets = found.filter_map(|target| target.if_allowed(topic.as_str())).collect();
        (Route { topic: topic.clone(), targets, groups, keeps }, epoch)
    }
}

impl Route {
    /// The way of a message that has no receivers.
    pub(crate) fn to_nobody(topic: Topic) -> Route {
        Route { topic, targets: Vec::new(), groups: Vec::new(), keeps: false }
    }

    /// The way of a message to one session.
    pub(crate) fn to_one(topic: Topic, target: Target) -> Route {
        let keeps = target.session.is_persistent();
        Route { topic, targets: vec![target], groups: Vec::new(), keeps }
    }

    /// Calls `each` for every session that gets a message published with `qos`: all targets, and
    /// of each shared group the member whose turn it is.
    pub(crate) fn each(&self, qos: Qos, mut each: impl FnMut(&Target)) {
        for target in &self.targets {
            each(target);
        }
        for group in &self.groups {
            if let Some(target) = self.pick(group, qos) {
                each(&target);
            }
        }
    }

    fn pick(&self, group: &SharedGroup, qos: Qos) -> Option<Target> {
        let topic = self.topic.as_str();
        let is_ready = |_: &u64, member: &Member| {
            member.session.is_connected() && member.session.receiver(topic).is_some()
        };
        let can_wait = |_: &u64, member: &Member| qos > Qos::AtMostOnce && member.keeps();
        let picked = lock(group).pick(is_ready, can_wait).map(|(_, member)| Target::new(member));
        picked?.if_allowed(topic)
    }

    /// Whether a message published with `qos` waits on disk for someone.
    pub(crate) fn is_durable(&self, qos: Qos) -> bool {
        self.keeps && qos > Qos::AtMostOnce
    }
}

impl Member {
    /// Whether messages wait on disk for this member.
    fn keeps(&self) -> bool {
        self.subscription.qos > Qos::AtMostOnce && self.session.is_persistent()
    }
}

impl Target {
    fn new(member: &Member) -> Target {
        let subscription = &member.subscription;
        Target {
            session: Arc::clone(&member.session),
            qos: subscription.qos,
            retain_as_published: subscription.retain_as_published,
            no_local: subscription.no_local,
            subscription_ids: subscription.id.into_iter().collect(),
            allowed: 0,
        }
    }

    fn if_allowed(self, topic: &str) -> Option<Target> {
        let allowed = self.session.receiver(topic)?;
        Some(Target { allowed, ..self })
    }

    /// The one session that a retained message is for.
    pub(crate) fn retained(session: &Arc<Session>, address: &Address) -> Target {
        Target {
            session: Arc::clone(session),
            qos: address.qos,
            retain_as_published: true,
            no_local: false,
            subscription_ids: address.subscription_ids.clone(),
            allowed: address.allowed,
        }
    }

    /// How this target gets a message published with `qos` [MQTT-3.3.1-12, MQTT-3.3.1-13].
    pub(crate) fn address(&self, qos: Qos, retain: bool) -> Address {
        Address {
            qos: self.qos.min(qos),
            retain: retain && self.retain_as_published,
            subscription_ids: self.subscription_ids.clone(),
            allowed: self.allowed,
        }
    }

    /// A session that gets a message without having subscribed to it, if it may have it.
    pub(crate) fn unasked(session: &Arc<Session>, message: &Message) -> Option<Target> {
        let target = Target {
            session: Arc::clone(session),
            qos: message.qos,
            retain_as_published: false,
            no_local: false,
            subscription_ids: Vec::new(),
            allowed: 0,
        };
        target.if_allowed(message.topic.as_str())
    }

    fn merge(&mut self, other: &Subscription) {
        self.qos = self.qos.max(other.qos);
        self.retain_as_published |= other.retain_as_published;
        self.no_local &= other.no_local;
        self.subscription_ids.extend(other.id);
    }
}

fn lock(group: &SharedGroup) -> std::sync::MutexGuard<'_, Group<u64, Member>> {
    group.lock().unwrap_or_else(PoisonError::into_inner)
}
