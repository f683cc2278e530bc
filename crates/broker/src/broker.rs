//! The broker as the rest of the house holds it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hashbrown::HashMap;
use kv::{Batch, CommitError};
use model::{ClientId, Message, Topic};
use sessions::{Sessions, SessionsError, StoredSession};
use stdx::clock::Clock;
use tokio::sync::{Notify, oneshot};

use crate::counters::Counters;
use crate::flow::{Draft, Flow, Publish};
use crate::hall::is_hall_only;
use crate::port::{Farewell, House, Sender};
use crate::route::Routes;
use crate::session::{Queue, QueueLimits, Session};
use crate::settings::{Profile, Settings};
use crate::will::Wills;

/// How often sessions and wills are looked at for what is due, and deletions that no turn took
/// along are committed.
const SWEEP_INTERVAL: Duration = Duration::from_millis(200);

/// An MQTT broker. Cheap to clone; all clones are the same broker.
#[derive(Clone, Debug)]
pub struct Broker {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) house: Arc<dyn House>,
    pub(crate) clock: Clock,
    pub(crate) sessions: Sessions,
    pub(crate) routes: Routes,
    pub(crate) flow: Arc<Flow>,
    pub(crate) wills: Wills,
    pub(crate) counters: Arc<Counters>,
    open_connections: AtomicU64,
    /// Wakes who waits for the last connection to be gone.
    last_closed: Notify,
    /// The numbers of sessions whose queues are still to be deleted.
    pub(crate) orphans: Mutex<Vec<u64>>,
    directory: Mutex<HashMap<ClientId, Arc<Session>>>,
    next_key: AtomicU64,
}

/// Why a message may not be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("the topic is longer or deeper than the limits allow")]
    Topic,
    #[error("topics that begin with $ are reserved")]
    Reserved,
    #[error("the payload is larger than {most} bytes")]
    Payload { most: u32 },
    #[error("the properties do not fit into a packet: {what}")]
    Properties { what: String },
}

impl Broker {
    /// Opens the broker on what `sessions` holds. Its tasks run on the current runtime and end
    /// with the broker.
    pub fn open(
        settings: Settings,
        house: Arc<dyn House>,
        clock: Clock,
        sessions: Sessions,
    ) -> Result<Broker, SessionsError> {
        let counters = Arc::new(Counters::default());
        let limits = QueueLimits {
            messages: settings.limits.max_queued_messages,
            bytes: settings.limits.max_queued_bytes,
        };
        let (flow, completing) = Flow::new(sessions.store().clone(), limits, Arc::clone(&counters));
        let shared = Arc::new(Shared {
            routes: Routes::new(settings.profile == Profile::Standard),
            settings,
            house,
            clock,
            sessions,
            flow,
            wills: Wills::default(),
            counters,
            open_connections: AtomicU64::new(0),
            last_closed: Notify::new(),
            orphans: Mutex::default(),
            directory: Mutex::default(),
            next_key: AtomicU64::new(1),
        });
        shared.restore()?;
        tokio::spawn(completing);
        tokio::spawn(sweep(Arc::downgrade(&shared)));
        Ok(Broker { shared })
    }

    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// The clients that are connected now.
    pub fn connected(&self) -> usize {
        self.shared.all_sessions().iter().filter(|session| session.is_connected()).count()
    }

    /// Whether a client of this name is connected.
    pub fn is_connected(&self, client_id: &str) -> bool {
        self.shared.directory().get(client_id).is_some_and(|session| session.is_connected())
    }

    /// How many sessions there are, connected or not.
    pub fn session_count(&self) -> usize {
        self.shared.directory().len()
    }

    pub fn subscription_count(&self) -> usize {
        self.shared.routes.subscription_count()
    }

    /// Whether a message may be published by someone whose packets the broker did not read itself.
    pub fn check(&self, message: &Message) -> Result<(), Unfit> {
        let limits = &self.shared.settings.limits;
        let topic = message.topic.as_str();
        if !limits.allow_topic(topic) {
            return Err(Unfit::Topic);
        }
        if topic.starts_with('$') && !is_hall_only(topic) && !self.shared.house.takes(topic) {
            return Err(Unfit::Reserved);
        }
        if message.payload.len() > limits.max_payload_bytes as usize {
            return Err(Unfit::Payload { most: limits.max_payload_bytes });
        }
        let properties = message.properties.as_deref();
        let written = properties
            .map(|it| mqtt::PropertiesBuf::of_message(it, it.message_expiry_secs))
            .transpose();
        written.map(drop).map_err(|error| Unfit::Properties { what: error.to_string() })
    }

    /// What is kept on disk for clients, retained messages among it.
    pub fn sessions(&self) -> &Sessions {
        &self.shared.sessions
    }

    /// Publishes a message of the server's own. Returns when it is under way.
    pub async fn publish(&self, message: Message) {
        let sender = Sender::house(self.shared.now());
        self.shared.publish(Arc::new(message), Batch::new(), &sender).await;
    }

    /// Commits a batch and publishes the messages that tell of it, as one: both or neither. Returns
    /// when both are on disk. The caller takes care of preconditions that do not hold.
    pub async fn commit(&self, batch: Batch, messages: Vec<Message>) -> Result<(), CommitError> {
        self.commit_after(batch, messages, 0).await
    }

    /// The same, where so many messages are between these and what a client sent.
    pub async fn commit_after(
        &self,
        batch: Batch,
        messages: Vec<Message>,
        hops: u8,
    ) -> Result<(), CommitError> {
        if messages.is_empty() {
            // Nothing has to come in order with anything.
            return self.shared.sessions.store().commit(batch).await;
        }
        let sender = Sender { hops, ..Sender::house(self.shared.now()) };
        self.commit_from(&sender, batch, messages).await
    }

    /// Publishes a message that came by another way than MQTT. Returns when all that follows from it
    /// is on disk.
    pub async fn publish_from(
        &self,
        sender: &Sender<'_>,
        message: Message,
    ) -> Result<(), CommitError> {
        self.commit_from(sender, Batch::new(), vec![message]).await
    }

    async fn commit_from(
        &self,
        sender: &Sender<'_>,
        batch: Batch,
        messages: Vec<Message>,
    ) -> Result<(), CommitError> {
        let (outcome, told) = oneshot::channel();
        let mut draft = Draft { batch, outcome: Some(outcome), ..Draft::default() };
        for message in messages {
            self.shared.draft_own(&mut draft, Arc::new(message), sender);
        }
        self.shared.flow.submit(draft, None).await;
        // Dropped untold only when the broker itself is gone.
        told.await.unwrap_or(Err(CommitError::Closed))
    }

    /// Whether anybody is subscribed to a topic, or the hall does something with it. Who subscribes while this is asked may be missed, as
    /// by a message that goes out now.
    pub fn has_receivers(&self, topic: &Topic) -> bool {
        self.shared.routes.has_any(topic) || self.shared.house.hall(topic).is_some()
    }

    /// Ends the connections of those who lost the right to be connected. To be called after the
    /// house's epoch rose.
    pub fn recheck(&self) {
        for session in self.shared.all_sessions() {
            if session.lost_authority() {
                session.end(Farewell::AuthorityRevoked);
            }
        }
    }

    /// Ends the connection of one client.
    pub fn disconnect(&self, client_id: &str, why: Farewell) -> bool {
        let session = self.shared.directory().get(client_id).cloned();
        session.inspect(|session| session.end(why)).is_some_and(|session| session.is_connected())
    }

    /// Ends every connection and returns when all are gone, or after `patience`.
    pub async fn shut_down(&self, patience: Duration) {
        for session in self.shared.all_sessions() {
            session.end(Farewell::ServerShutdown);
        }
        if tokio::time::timeout(patience, self.shared.all_closed()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        self.shared.flow.flush_cleanup();
    }
}

impl Shared {
    /// Counts a connection while the guard lives; `None` if as many are open as may be.
    pub(crate) fn count_connection(self: &Arc<Self>) -> Option<Counted> {
        let before = self.open_connections.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(Arc::clone(self));
        let most = self.settings.limits.max_connections as u64;
        (before < most).then_some(counted)
    }

    async fn all_closed(&self) {
        loop {
            // Asked for before the count is read, so that the last one is not missed.
            let closed = self.last_closed.notified();
            if self.open_connections.load(Ordering::Acquire) == 0 {
                return;
            }
            closed.await;
        }
    }

    fn directory(&self) -> std::sync::MutexGuard<'_, HashMap<ClientId, Arc<Session>>> {
        self.directory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn all_sessions(&self) -> Vec<Arc<Session>> {
        self.directory().values().cloned().collect()
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// The session of a client, new if there is none.
    pub(crate) fn session(&self, client_id: &ClientId) -> Arc<Session> {
        let mut directory = self.directory();
        if let Some(session) = directory.get(client_id) {
            return Arc::clone(session);
        }
        let session = Arc::new(self.new_session(client_id.clone()));
        directory.insert(client_id.clone(), Arc::clone(&session));
        session
    }

    pub(crate) fn find_session(&self, client_id: &str) -> Option<Arc<Session>> {
        self.directory().get(client_id).cloned()
    }

    pub(crate) fn has_session(&self, client_id: &ClientId) -> bool {
        self.directory().contains_key(client_id)
    }

    /// Forgets a session that ended. The caller holds it and has marked it as ended.
    pub(crate) fn forget(&self, session: &Session) {
        let mut directory = self.directory();
        if directory.get(&session.client_id).is_some_and(|known| known.key == session.key) {
            directory.remove(&session.client_id);
        }
    }

    fn new_session(&self, client_id: ClientId) -> Session {
        let key = self.next_key.fetch_add(1, Ordering::Relaxed);
        let receive_maximum = self.settings.limits.announced.receive_maximum.get();
        Session::new(key, client_id, self.sessions.first_seq(), receive_maximum)
    }

    /// Takes up the sessions, subscriptions and wills that the last run of the server left.
    fn restore(&self) -> Result<(), SessionsError> {
        let now = self.now();
        let stored = self.sessions.load()?;
        let known: Vec<u64> = stored.iter().map(|stored| stored.session.number).collect();
        self.find_orphans(&known)?;
        for stored in stored {
            self.restore_session(stored, now)?;
        }
        self.restore_wills(now)
    }

    fn restore_session(&self, stored: StoredSession, now: u64) -> Result<(), SessionsError> {
        let StoredSession { client_id, mut session, subscriptions, received } = stored;
        // Who was connected when the server ended is disconnected since.
        session.disconnected_at.get_or_insert(now);
        let window = self.settings.limits.max_inflight;
        let queue = Queue::load(&self.sessions, session.number, window)?;
        let restored = Arc::new(self.new_session(client_id.clone()));
        restored.restore(queue, &session, received);
        for (filter, subscription) in subscriptions {
            restored.lock().subscriptions.insert(filter.clone(), subscription);
            self.routes.subscribe(&restored, &filter, subscription);
        }
        self.directory().insert(client_id, restored);
        Ok(())
    }

    /// Publishes a message that no connection reads, the server's own or a will, and commits
    /// `batch` with it.
    pub(crate) async fn publish(&self, message: Arc<Message>, batch: Batch, sender: &Sender<'_>) {
        let mut draft = Draft { batch, ..Draft::default() };
        self.draft_own(&mut draft, message, sender);
        self.flow.submit(draft, None).await;
    }

    /// Adds a message that no connection reads to a draft, and what follows from it.
    fn draft_own(&self, draft: &mut Draft, message: Arc<Message>, sender: &Sender<'_>) {
        if let Some(following) = self.following(&message, sender) {
            draft.follow(following);
        }
        if !is_hall_only(message.topic.as_str()) {
            draft.publishes.push(self.own(message));
        }
    }

    /// A message that no connection reads, on its way to all who want it.
    fn own(&self, message: Arc<Message>) -> Publish {
        let (route, _) = self.routes.find(&message.topic);
        Publish::by_house(message, Arc::new(route), self.now())
    }
}

/// Keeps a connection counted.
#[derive(Debug)]
pub(crate) struct Counted(Arc<Shared>);

impl Counted {
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.open_connections.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.last_closed.notify_waiters();
        }
    }
}

/// Ends sessions and sends wills when they are due, for as long as the broker lives.
async fn sweep(shared: std::sync::Weak<Shared>) {
    let mut ticks = tokio::time::interval(SWEEP_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(shared) = shared.upgrade() else { return };
        shared.flow.flush_cleanup();
        shared.send_due_wills().await;
        shared.end_expired_sessions().await;
        shared.purge_orphans().await;
    }
}
