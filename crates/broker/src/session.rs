//! A session: what one client subscribed to and is still owed, with or without its connection.
//!
//! Everyone who has a message for the client calls [`Session::deliver`]; the task of the client's
//! connection takes the bytes away. A persistent session's messages are on disk before they come
//! here, so what does not fit into memory is forgotten and read again when there is room.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hashbrown::HashMap;
use kv::Batch;
use model::{ClientId, Message, Qos, TopicFilter};
use mqtt::{Packet, Properties, ReasonCode, Written};
use router::{Progress, Received, Window};
use sessions::{NEVER, Queued, Sessions, SessionsError, StoredWill, Subscription};
use tokio::sync::Notify;

use crate::outbound::{Outbound, SHARED_PAYLOAD_MIN};
use crate::parcel::{Address, Parcel, Payload};
use crate::port::{Authority, Farewell};

/// Bytes that may wait for a connection to take them before its publishers are slowed.
const OUTBOUND_HIGH: usize = 1_048_576;
/// Messages that wait in memory for room in a client's window.
const PENDING_MAX: usize = 1_000;
/// Messages read from a queue on disk at once.
const LOAD_MAX: usize = 256;

#[derive(Debug)]
pub(crate) struct Session {
    /// Tells sessions apart in the subscription tree; never used twice.
    pub(crate) key: u64,
    pub(crate) client_id: ClientId,
    connected: AtomicBool,
    persistent: AtomicBool,
    /// How many connections the session's client had: presence events call it version.
    connections: AtomicU64,
    state: Mutex<State>,
    /// Wakes the task of the connection.
    pub(crate) wake: Notify,
    /// Wakes those who wait for the connection to catch up.
    pub(crate) drained: Notify,
    /// QoS 1 and 2 messages of the client that were answered after a sync.
    pub(crate) answered: AtomicU64,
    /// Drafts of the client that are settled.
    pub(crate) settled: AtomicU64,
    /// Held while the session gets a connection or ends; true once it has ended.
    attaching: Arc<tokio::sync::Mutex<bool>>,
}

/// The right to give a session a connection, or to end it.
pub(crate) type Hold = tokio::sync::OwnedMutexGuard<bool>;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) live: Option<Live>,
    pub(crate) received: Received,
    window: Window,
    /// What waits for room in the window.
    pending: VecDeque<Pending>,
    /// The sequence number of the next message.
    next_seq: u64,
    pub(crate) queue: Option<Queue>,
    pub(crate) subscriptions: HashMap<TopicFilter, Subscription>,
    pub(crate) will: Option<StoredWill>,
    pub(crate) expiry_secs: u32,
    disconnected_at: Option<u64>,
}

/// The connection of a session.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) generation: u64,
    pub(crate) authority: Arc<dyn Authority>,
    pub(crate) outbound: Outbound,
    pub(crate) end: Option<Farewell>,
    protocol: mqtt::Outbound,
    /// The connection does not keep up, its publishers have waited for it, and what may be lost
    /// is dropped until it has caught up.
    lagging: bool,
    woken: bool,
}

/// The queue on disk of a persistent session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    pub(crate) number: u64,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    bytes_so_far: u64,
    /// All entries below are sent or in `pending`.
    loaded_to: u64,
    /// Entries below may have been sent before, so they go out marked as duplicates.
    sent_to: u64,
    /// Whether there may be entries from `loaded_to` on that only the disk has.
    behind: bool,
}

#[derive(Debug)]
struct Pending {
    seq: u64,
    size: u32,
    duplicate: bool,
    what: What,
}

#[derive(Debug)]
enum What {
    Send { message: Arc<Message>, published_at: u64, address: Address },
    Release,
}

/// A session whose connection was taken away for a new one.
#[derive(Debug)]
pub(crate) struct TakenOver {
    pub(crate) will: Option<StoredWill>,
    pub(crate) queue: Option<Queue>,
}

/// What a connection leaves behind.
#[derive(Debug)]
pub(crate) enum Left {
    /// Another connection has the session.
    TakenOver,
    Alone {
        will: Option<StoredWill>,
        expiry_secs: u32,
        number: Option<u64>,
    },
}

/// What became of a message for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivered {
    /// Sent, or kept for later.
    Taken,
    /// Taken, but the client does not keep up: slow down.
    Congested,
    /// Nobody is there, and nothing was promised.
    Absent,
    /// The client does not keep up, and the message was not kept.
    Dropped,
    /// The client takes no packet as large as this; the message leaves its queue.
    TooLarge { seq: u64 },
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Whole,
    /// Larger than the client accepts: as good as delivered [MQTT-3.1.2-25].
    TooLarge,
}

/// The bounds of a queue on disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueLimits {
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
}

impl Session {
    pub(crate) fn new(key: u64, client_id: ClientId, first_seq: u64, qos2_max: u16) -> Session {
        let state = State {
            live: None,
            received: Received::new(qos2_max),
            window: Window::new(0),
            pending: VecDeque::new(),
            next_seq: first_seq,
            queue: None,
            subscriptions: HashMap::new(),
            will: None,
            expiry_secs: 0,
            disconnected_at: None,
        };
        Session {
            key,
            client_id,
            connected: AtomicBool::new(false),
            persistent: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            state: Mutex::new(state),
            wake: Notify::new(),
            drained: Notify::new(),
            answered: AtomicU64::new(0),
            settled: AtomicU64::new(0),
            attaching: Arc::default(),
        }
    }

    /// Waits for the right to give the session a connection; `None` if the session has ended.
    pub(crate) async fn hold(&self) -> Option<Hold> {
        let hold = Arc::clone(&self.attaching).lock_owned().await;
        (!*hold).then_some(hold)
    }

    /// Takes up what is stored of the session.
    pub(crate) fn restore(&self, queue: Queue, stored: &sessions::Session, received: Vec<u16>) {
        self.keep(Some(queue));
        let mut state = self.lock();
        state.expiry_secs = stored.expiry_secs;
        state.disconnected_at = stored.disconnected_at;
        for packet_id in received {
            // More than the limit of today were allowed when they were received.
            state.received.insert_stored(packet_id);
        }
    }

    /// Takes everything away that the session holds, connection included: its filters and its
    /// queue come back, for those who know the rest of them.
    pub(crate) fn clear(&self) -> (Vec<TopicFilter>, Option<Queue>) {
        self.persistent.store(false, Ordering::Relaxed);
        let mut state = self.lock();
        state.received.clear();
        state.pending.clear();
        let filters = state.subscriptions.drain().map(|(filter, _)| filter).collect();
        (filters, state.queue.take())
    }

    /// Takes the connection away from a task that has it, which ends; gives its will.
    pub(crate) fn take_over(&self) -> TakenOver {
        let mut state = self.lock();
        let was_connected = state.live.take().is_some();
        let will = state.will.take().filter(|_| was_connected);
        let queue = state.queue;
        drop(state);
        self.wake.notify_one();
        TakenOver { will, queue }
    }

    /// When the session ends if its client stays away; `None` while it is connected.
    pub(crate) fn expires_at(&self) -> Option<u64> {
        let state = self.lock();
        let left = state.disconnected_at.filter(|_| state.live.is_none())?;
        (state.expiry_secs != NEVER).then(|| left + u64::from(state.expiry_secs) * 1_000)
    }

    /// Whether the connected client has no right to be so any more.
    pub(crate) fn lost_authority(&self) -> bool {
        let authority = self.lock().live.as_ref().map(|live| Arc::clone(&live.authority));
        authority.is_some_and(|authority| !authority.is_valid())
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held ends one connection, not the session.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    pub(crate) fn is_persistent(&self) -> bool {
        self.persistent.load(Ordering::Relaxed)
    }

    /// Whether the client may be sent messages of `topic`. Of an absent client nobody knows; it is
    /// asked again when the client comes for them.
    pub(crate) fn may_receive(&self, topic: &str) -> bool {
        let authority = self.lock().live.as_ref().map(|live| Arc::clone(&live.authority));
        authority.is_none_or(|authority| authority.may_receive(topic))
    }

    /// Makes the session keep its messages in the queue of `number`, or keep none.
    pub(crate) fn keep(&self, queue: Option<Queue>) {
        self.persistent.store(queue.is_some(), Ordering::Relaxed);
        self.lock().queue = queue;
    }

    /// Gives the session a connection; returns the number of it.
    pub(crate) fn connect(
        &self,
        authority: Arc<dyn Authority>,
        protocol: mqtt::Outbound,
        max_inflight: u16,
        will: Option<StoredWill>,
        expiry_secs: u32,
    ) -> u64 {
        let mut state = self.lock();
        state.will = will;
        state.expiry_secs = expiry_secs;
        state.disconnected_at = None;
        let generation = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        state.window = Window::new(protocol.receive_maximum().min(max_inflight));
        state.pending.clear();
        if let Some(queue) = &mut state.queue {
            queue.sent_to = queue.sent_to.max(queue.loaded_to);
            queue.loaded_to = 0;
            queue.behind = true;
        }
        state.live = Some(Live {
            generation,
            authority,
            outbound: Outbound::default(),
            end: None,
            protocol,
            lagging: false,
            woken: false,
        });
        self.answered.store(0, Ordering::Relaxed);
        self.settled.store(0, Ordering::Relaxed);
        self.connected.store(true, Ordering::Relaxed);
        generation
    }

    /// Takes the connection away that `generation` names. Its will comes back, if it is still the
    /// session's connection and has one.
    pub(crate) fn disconnect(&self, generation: u64, now: u64) -> Left {
        let mut state = self.lock();
        if state.live.as_ref().is_none_or(|live| live.generation != generation) {
            return Left::TakenOver;
        }
        state.live = None;
        state.window = Window::new(0);
        state.pending = VecDeque::new();
        state.disconnected_at = Some(now);
        self.connected.store(false, Ordering::Relaxed);
        let left = Left::Alone {
            will: state.will.take(),
            expiry_secs: state.expiry_secs,
            number: state.queue.map(|queue| queue.number),
        };
        drop(state);
        self.drained.notify_waiters();
        left
    }

    /// Tells the task of the connection to end it.
    pub(crate) fn end(&self, why: Farewell) {
        self.lock().end(why);
        self.wake.notify_one();
    }

    /// Tells the connection `generation` to end, if it is still there.
    pub(crate) fn end_connection(&self, generation: u64, why: Farewell) {
        let mut state = self.lock();
        if state.live.as_ref().is_some_and(|live| live.generation == generation) {
            state.end(why);
            drop(state);
            self.wake.notify_one();
        }
    }

    /// A sequence number and the queue's number for a message that is about to be committed to the
    /// queue of this session; `None` if the queue is full. The caller holds the flow's lock from
    /// here until the commit is under way, so numbers rise in the order of commits.
    pub(crate) fn reserve(&self, size: u64, limits: QueueLimits) -> Option<Reserved> {
        let mut state = self.lock();
        let seq = state.next_seq;
        let queue = state.queue.as_mut()?;
        if queue.messages >= limits.messages || queue.bytes + size > limits.bytes {
            return None;
        }
        queue.messages += 1;
        queue.bytes += size;
        queue.bytes_so_far += size;
        let reserved = Reserved { number: queue.number, seq, bytes_so_far: queue.bytes_so_far };
        state.next_seq += 1;
        Some(reserved)
    }

    /// Takes a message that the client cannot be sent out of the queue: a batch that deletes it.
    pub(crate) fn drop_queued(&self, seq: u64, size: u32) -> Batch {
        let mut deletions = Batch::new();
        self.lock().forget(seq, size, &mut deletions);
        deletions
    }

    /// Gives back a place in the queue whose commit failed.
    pub(crate) fn unreserve(&self, size: u64) {
        if let Some(queue) = &mut self.lock().queue {
            queue.messages = queue.messages.saturating_sub(1);
            queue.bytes = queue.bytes.saturating_sub(size);
        }
    }

    /// Sends a message, or keeps it until it can be sent. `seq` is that of a message in the queue
    /// on disk.
    pub(crate) fn deliver(
        &self,
        parcel: &Parcel<'_>,
        address: &Address,
        seq: Option<u64>,
    ) -> Delivered {
        let mut state = self.lock();
        let delivered = match (address.qos, seq) {
            (Qos::AtMostOnce, _) => state.send_at_most_once(parcel, address),
            (_, Some(seq)) => state.deliver_queued(parcel, address, seq),
            (_, None) => state.deliver_unqueued(parcel, address),
        };
        let wake = state.needs_wake();
        drop(state);
        if wake {
            self.wake.notify_one();
        }
        delivered
    }

    /// Appends packets that answer what the client sent, unless its connection has changed.
    pub(crate) fn answer(&self, generation: u64, packets: &[u8], messages: u64) {
        let mut state = self.lock();
        let Some(live) = state.live.as_mut().filter(|live| live.generation == generation) else {
            return;
        };
        live.outbound.append(|run| run.extend_from_slice(packets));
        self.answered.fetch_add(messages, Ordering::Release);
        self.settled.fetch_add(1, Ordering::Release);
        let wake = state.needs_wake();
        drop(state);
        if wake {
            self.wake.notify_one();
        }
    }

    /// From now on what may be lost is dropped until the connection has caught up.
    pub(crate) fn give_up_waiting(&self) {
        if let Some(live) = &mut self.lock().live {
            live.lagging = live.outbound.len() > OUTBOUND_HIGH / 2;
        }
    }

    pub(crate) fn is_congested(&self) -> bool {
        self.lock()
            .live
            .as_ref()
            .is_some_and(|live| !live.lagging && live.outbound.len() > OUTBOUND_HIGH / 2)
    }
}

/// A place in a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reserved {
    pub(crate) number: u64,
    pub(crate) seq: u64,
    pub(crate) bytes_so_far: u64,
}

impl Queue {
    pub(crate) fn new(number: u64) -> Queue {
        Queue {
            number,
            messages: 0,
            bytes: 0,
            bytes_so_far: 0,
            loaded_to: 0,
            sent_to: 0,
            behind: false,
        }
    }

    /// The queue as the last start of the server left it. What of it was sent is not known; at
    /// most `window` messages were.
    pub(crate) fn load(
        sessions: &Sessions,
        number: u64,
        window: u16,
    ) -> Result<Queue, SessionsError> {
        let ends = sessions.queue_ends(number)?;
        let mut queue = Queue::new(number);
        if let Some((first, last)) = ends.seqs {
            // Numbers of several starts lie far apart; within one they are dense.
            queue.messages = (last - first + 1).min(sessions.count_queue(number)?);
            queue.bytes = ends.bytes;
            queue.bytes_so_far = ends.bytes_so_far;
            queue.sent_to = first + u64::from(window);
        }
        Ok(queue)
    }
}

impl State {
    fn end(&mut self, why: Farewell) {
        if let Some(live) = &mut self.live {
            live.end.get_or_insert(why);
        }
    }

    /// Whether the connection's task must be told that there is something to do; once is enough
    /// until it comes.
    fn needs_wake(&mut self) -> bool {
        self.live.as_mut().is_some_and(|live| !std::mem::replace(&mut live.woken, true))
    }

    /// What the connection's task takes to write. It will look again when it is woken.
    pub(crate) fn take_outbound(&mut self, into: &mut Outbound) {
        if let Some(live) = &mut self.live {
            live.woken = false;
            live.lagging = false;
            into.take_from(&mut live.outbound);
        }
    }

    fn send_at_most_once(&mut self, parcel: &Parcel<'_>, address: &Address) -> Delivered {
        let Some(live) = &mut self.live else { return Delivered::Absent };
        if live.lagging {
            return Delivered::Dropped;
        }
        let _: Sent = live.publish(parcel, address, None, false);
        live.congestion()
    }

    fn deliver_queued(&mut self, parcel: &Parcel<'_>, address: &Address, seq: u64) -> Delivered {
        let Some(queue) = &mut self.queue else { return Delivered::Absent };
        if self.live.is_none() || queue.behind || seq < queue.loaded_to {
            return Delivered::Taken;
        }
        if self.pending.len() >= PENDING_MAX {
            queue.behind = true;
            return Delivered::Taken;
        }
        queue.loaded_to = seq + 1;
        match self.send_or_wait(parcel, address, seq) {
            Sent::Whole => Delivered::Taken,
            Sent::TooLarge => Delivered::TooLarge { seq },
        }
    }

    fn deliver_unqueued(&mut self, parcel: &Parcel<'_>, address: &Address) -> Delivered {
        let Some(live) = &self.live else { return Delivered::Absent };
        let (lagging, congestion) = (live.lagging, live.congestion());
        let full = self.pending.len() >= PENDING_MAX;
        if lagging && full {
            self.end(Farewell::TooSlow);
            return Delivered::Dropped;
        }
        let seq = self.next_seq;
        self.next_seq += 1;
        // One that is too large for the client counts as delivered.
        let _: Sent = self.send_or_wait(parcel, address, seq);
        if full { Delivered::Congested } else { congestion }
    }

    fn send_or_wait(&mut self, parcel: &Parcel<'_>, address: &Address, seq: u64) -> Sent {
        let size = parcel.size();
        if !self.pending.is_empty() || !self.window.has_room_for(seq) {
            let message = parcel.to_message();
            let published_at = parcel.published_at;
            let what = What::Send { message, published_at, address: address.clone() };
            self.pending.push_back(Pending { seq, size, duplicate: false, what });
            return Sent::Whole;
        }
        let Some(live) = &mut self.live else { return Sent::Whole };
        let sent = live.publish(parcel, address, Some(Window::packet_id(seq)), false);
        if sent == Sent::Whole {
            self.window.send(seq, size, address.qos);
        }
        sent
    }

    /// Sends what waits as far as the window has room, reading the queue on disk where memory
    /// holds no more. Messages that expired or may not be received any more are taken out of the
    /// queue through `cleanup`.
    pub(crate) fn send_waiting(
        &mut self,
        sessions: &Sessions,
        now: u64,
        cleanup: &mut Batch,
    ) -> Result<(), SessionsError> {
        loop {
            while let Some(pending) = self.pending.front() {
                if !self.window.has_room_for(pending.seq) || self.is_full() {
                    return Ok(());
                }
                let pending = self.pending.pop_front().expect("there is a first one");
                self.send_pending(&pending, now, cleanup);
            }
            if !self.queue.as_ref().is_some_and(|queue| queue.behind) {
                return Ok(());
            }
            self.load(sessions)?;
        }
    }

    fn is_full(&self) -> bool {
        self.live.as_ref().is_none_or(|live| live.outbound.len() > OUTBOUND_HIGH)
    }

    fn load(&mut self, sessions: &Sessions) -> Result<(), SessionsError> {
        let Some(queue) = &mut self.queue else { return Ok(()) };
        let entries = sessions.entries(queue.number, queue.loaded_to, LOAD_MAX)?;
        queue.behind = entries.len() == LOAD_MAX;
        for (seq, queued) in entries {
            queue.loaded_to = seq + 1;
            let (size, what) = match queued {
                Queued::Released => (0, What::Release),
                Queued::Waiting(entry) => {
                    let size = u32::try_from(entry.size()).unwrap_or(u32::MAX);
                    (size, What::of(entry))
                }
            };
            self.pending.push_back(Pending { seq, size, duplicate: seq < queue.sent_to, what });
        }
        Ok(())
    }

    fn send_pending(&mut self, pending: &Pending, now: u64, cleanup: &mut Batch) {
        let Some(live) = &mut self.live else { return };
        let packet_id = Window::packet_id(pending.seq);
        match &pending.what {
            What::Release => {
                self.window.resume_released(pending.seq);
                live.packet(&Packet::PubRel(mqtt::Ack::success(packet_id)));
            }
            What::Send { message, published_at, address } => {
                let parcel = Parcel::of(message, *published_at);
                let is_dead = parcel.expires_at().is_some_and(|at| at <= now);
                // Authority may have changed while the message waited.
                if is_dead || !live.authority.may_receive(parcel.topic.as_str()) {
                    self.forget(pending.seq, pending.size, cleanup);
                    return;
                }
                match live.publish_at(&parcel, address, Some(packet_id), pending.duplicate, now) {
                    Sent::Whole => self.window.send(pending.seq, pending.size, address.qos),
                    Sent::TooLarge => self.forget(pending.seq, pending.size, cleanup),
                }
            }
        }
    }

    /// Takes a message out of the queue on disk.
    fn forget(&mut self, seq: u64, size: u32, cleanup: &mut Batch) {
        if let Some(queue) = &mut self.queue {
            queue.messages = queue.messages.saturating_sub(1);
            queue.bytes = queue.bytes.saturating_sub(u64::from(size));
            Sessions::dequeue(cleanup, queue.number, seq);
        }
    }

    /// PUBACK, PUBREC with a failure, or PUBCOMP. False says that no message awaited it.
    pub(crate) fn complete(&mut self, ack: Ack, packet_id: u16, cleanup: &mut Batch) -> bool {
        let progress = match ack {
            Ack::Taken => self.window.acknowledge(packet_id),
            Ack::Refused => self.window.refuse(packet_id),
            Ack::Finished => self.window.finish(packet_id),
        };
        let Progress::Completed { seq, size } = progress else { return false };
        self.forget(seq, size, cleanup);
        true
    }

    /// PUBREC: what to write down before the PUBREL goes out, if anything.
    pub(crate) fn receive(&mut self, packet_id: u16, batch: &mut Batch) -> Result<(), ReasonCode> {
        match self.window.receive(packet_id) {
            Progress::Received { seq } => {
                if let Some(queue) = &self.queue {
                    Sessions::release(batch, queue.number, seq);
                }
                Ok(())
            }
            Progress::ReceivedAgain => Ok(()),
            Progress::Unknown | Progress::Completed { .. } => {
                Err(ReasonCode::PacketIdentifierNotFound)
            }
        }
    }
}

/// An acknowledgement that ends a message's way to the client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ack {
    /// PUBACK.
    Taken,
    /// PUBREC with a failure.
    Refused,
    /// PUBCOMP.
    Finished,
}

impl What {
    fn of(entry: sessions::Entry) -> What {
        let address = Address {
            qos: entry.qos,
            retain: entry.retain,
            subscription_ids: entry.subscription_ids,
        };
        let published_at = entry.stored.published_at;
        What::Send { message: Arc::new(entry.stored.message), published_at, address }
    }
}

impl Live {
    fn congestion(&self) -> Delivered {
        if self.outbound.len() > OUTBOUND_HIGH { Delivered::Congested } else { Delivered::Taken }
    }

    fn publish(
        &mut self,
        parcel: &Parcel<'_>,
        address: &Address,
        packet_id: Option<u16>,
        duplicate: bool,
    ) -> Sent {
        self.publish_at(parcel, address, packet_id, duplicate, parcel.published_at)
    }

    fn publish_at(
        &mut self,
        parcel: &Parcel<'_>,
        address: &Address,
        packet_id: Option<u16>,
        duplicate: bool,
        now: u64,
    ) -> Sent {
        let properties = parcel.properties_for(address, self.protocol.version(), now);
        let publish = mqtt::Publish {
            dup: duplicate,
            qos: address.qos,
            retain: address.retain,
            topic: parcel.topic.as_str(),
            packet_id: packet_id.unwrap_or(0),
            properties: properties.as_ref().map_or(Properties::NONE, |it| it.as_properties()),
            payload: parcel.payload.bytes(),
        };
        match parcel.payload {
            Payload::Shared(payload) if payload.len() >= SHARED_PAYLOAD_MIN => {
                self.publish_sharing(&publish, payload)
            }
            _ => self.publish_copying(&publish, parcel),
        }
    }

    fn publish_copying(&mut self, publish: &mqtt::Publish<'_>, parcel: &Parcel<'_>) -> Sent {
        let Live { outbound, protocol, .. } = self;
        match outbound.append(|run| protocol.publish(publish, parcel.topic, run)) {
            Ok(Written::Whole | Written::Shortened) => Sent::Whole,
            // A packet that cannot be encoded is larger than the protocol allows.
            Ok(Written::TooLarge) | Err(_) => Sent::TooLarge,
        }
    }

    /// A large payload is not copied, and so its topic not worth an alias.
    fn publish_sharing(&mut self, publish: &mqtt::Publish<'_>, payload: &Bytes) -> Sent {
        let version = self.protocol.version();
        let length = publish.encoded_length(version);
        if length > self.protocol.packet_size_max() as usize {
            return Sent::TooLarge;
        }
        match self.outbound.append(|run| publish.encode_head(version, run)) {
            Ok(()) => {
                self.outbound.share(payload.clone());
                Sent::Whole
            }
            Err(_) => Sent::TooLarge,
        }
    }

    fn packet(&mut self, packet: &Packet<'_>) {
        let Live { outbound, protocol, .. } = self;
        let written = outbound.append(|run| protocol.packet(packet, run));
        debug_assert!(written.is_ok(), "an acknowledgement fits into a packet");
    }
}
