//! A session: what one client subscribed to and is still owed, with or without its connection.
//!
//! Everyone who has a message for the client calls [`Session::deliver`]; the task of the client's
//! connection takes the bytes away. A persistent session's messages are on disk before they come
//! here, so what does not fit into memory is forgotten and read again when there is room.

mod live;
mod queue;
mod state;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kv::Batch;
use model::{ClientId, Qos, TopicFilter};
use tokio::sync::Notify;

pub(crate) use self::live::{Live, Origin};
pub(crate) use self::queue::{Queue, QueueLimits, Reserved};
pub(crate) use self::state::{Ack, Delivered, State};
use crate::expiry::Leaving;
use crate::flow::Qos2Steps;
use crate::parcel::{Address, Parcel};
use crate::port::{Authority, Farewell};
use crate::will::Testament;

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
    /// Messages of the client that are settled after a sync: all, and those of QoS 1 and 2.
    pub(crate) answered: AtomicU64,
    pub(crate) acknowledged: AtomicU64,
    /// Drafts of the client that are settled.
    pub(crate) settled: AtomicU64,
    /// Held while the session gets a connection or ends; true once it has ended.
    attaching: Arc<tokio::sync::Mutex<bool>>,
}

/// The right to give a session a connection, or to end it.
pub(crate) type Hold = tokio::sync::OwnedMutexGuard<bool>;

/// A session whose connection, if it had one, was taken away for a new one.
#[derive(Debug)]
pub(crate) struct TakenOver {
    pub(crate) testament: Option<Testament>,
    /// `None` if there is no session to resume: it kept nothing, or ended with its connection.
    pub(crate) queue: Option<Queue>,
}

/// How many messages answers are for: all, and those of QoS 1 and 2.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answered {
    pub(crate) messages: u64,
    pub(crate) acknowledged: u64,
}

/// What a connection leaves behind.
#[derive(Debug)]
pub(crate) enum Left {
    /// Another connection has the session.
    TakenOver,
    Alone(Leaving),
}

impl Session {
    pub(crate) fn new(key: u64, client_id: ClientId, first_seq: u64, qos2_max: u16) -> Session {
        let state = State::new(first_seq, qos2_max);
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
            acknowledged: AtomicU64::new(0),
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
        state.clear_pending();
        let filters = state.subscriptions.drain().map(|(filter, _)| filter).collect();
        (filters, state.queue.take())
    }

    /// Takes the connection away from a task that has it, which ends; gives its will.
    pub(crate) fn take_over(&self, now: u64) -> TakenOver {
        let mut state = self.lock();
        state.live = None;
        state.disconnected_at.get_or_insert(now);
        let testament = state.testament.take();
        let has_ended = state.expires_at().is_some_and(|at| at <= now);
        let queue = state.queue.filter(|_| !has_ended);
        self.connected.store(false, Ordering::Relaxed);
        drop(state);
        self.wake.notify_one();
        TakenOver { testament, queue }
    }

    /// When the session ends if its client stays away; `None` while it is connected.
    pub(crate) fn expires_at(&self) -> Option<u64> {
        self.lock().expires_at()
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

    /// The connection that may be sent messages of `topic`, by its number; `None` if the one that
    /// there is may not. Of an absent client, 0, nobody knows: it is asked when it is back.
    pub(crate) fn receiver(&self, topic: &str) -> Option<u64> {
        let live = |live: &Live| (live.generation, Arc::clone(&live.authority));
        let Some((generation, authority)) = self.lock().live.as_ref().map(live) else {
            return Some(0);
        };
        authority.may_receive(topic).then_some(generation)
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
        origin: Origin,
        protocol: mqtt::Outbound,
        max_inflight: u16,
        testament: Option<Testament>,
        expiry_secs: u32,
    ) -> u64 {
        let mut state = self.lock();
        state.testament = testament;
        state.expiry_secs = expiry_secs;
        state.disconnected_at = None;
        let generation = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        state.start_sending(protocol.receive_maximum().min(max_inflight));
        state.live = Some(Live::new(generation, authority, origin, protocol));
        self.answered.store(0, Ordering::Relaxed);
        self.acknowledged.store(0, Ordering::Relaxed);
        self.settled.store(0, Ordering::Relaxed);
        self.connected.store(true, Ordering::Relaxed);
        generation
    }

    /// Takes the connection away that `generation` names. Its will comes back, if it is still the
    /// session's connection and has one.
    pub(crate) fn disconnect(&self, generation: u64, now: u64, why: Farewell) -> Left {
        let mut state = self.lock();
        if state.live.as_ref().is_none_or(|live| live.generation != generation) {
            return Left::TakenOver;
        }
        state.live = None;
        state.stop_sending();
        state.disconnected_at = Some(now);
        state.farewell = Some(why);
        self.connected.store(false, Ordering::Relaxed);
        let left = Left::Alone(Leaving {
            testament: state.testament.take(),
            expiry_secs: state.expiry_secs,
            number: state.queue.map(|queue| queue.number),
            now,
        });
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

    /// Undoes in memory what could not be written down.
    pub(crate) fn take_back(&self, steps: &Qos2Steps) {
        let mut state = self.lock();
        for packet_id in &steps.received {
            state.received.remove(*packet_id);
        }
        for packet_id in &steps.released {
            state.received.insert_stored(*packet_id);
        }
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
    pub(crate) fn answer(&self, generation: u64, packets: &[u8], answered: Answered) {
        let mut state = self.lock();
        let Some(live) = state.live.as_mut().filter(|live| live.generation == generation) else {
            return;
        };
        live.outbound.append(|run| run.extend_from_slice(packets));
        self.answered.fetch_add(answered.messages, Ordering::Release);
        self.acknowledged.fetch_add(answered.acknowledged, Ordering::Release);
        self.settled.fetch_add(1, Ordering::Release);
        let wake = state.needs_wake();
        drop(state);
        if wake {
            self.wake.notify_one();
        }
    }

    /// From now on what may be lost is dropped until the connection has caught up.
    pub(crate) fn give_up_waiting(&self) {
        let mut state = self.lock();
        let is_behind = state.is_behind();
        if let Some(live) = &mut state.live {
            live.lagging = is_behind;
        }
    }

    pub(crate) fn is_congested(&self) -> bool {
        let state = self.lock();
        state.live.as_ref().is_some_and(|live| !live.lagging) && state.is_behind()
    }
}
