//! What a session is still owed, and the way of each message to its client.

use std::collections::VecDeque;
use std::sync::Arc;

use hashbrown::HashMap;
use kv::Batch;
use model::{Message, TopicFilter};
use mqtt::{Packet, ReasonCode};
use router::{Progress, Received, Window};
use sessions::{NEVER, Queued, Sessions, SessionsError, Subscription};

use crate::outbound::Outbound;
use crate::parcel::{Address, Parcel};
use crate::port::Farewell;
use crate::session::live::{Live, OUTBOUND_HIGH, Sent};
use crate::session::queue::Queue;
use crate::will::Testament;

/// Messages that wait in memory for room in a client's window.
const PENDING_MAX: usize = 1_000;

/// Bytes that wait for a client, written to its connection or not. Beyond this nothing that may be
/// lost is taken, and a client that is owed what may not be lost is too slow: its publishers were
/// slowed long before, except those of messages that wait for the disk.
const WAITING_BYTES_MAX: usize = 16 * OUTBOUND_HIGH;

/// Messages read from a queue on disk at once.
const LOAD_MAX: usize = 256;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) live: Option<Live>,
    pub(crate) received: Received,
    pub(super) window: Window,
    /// What waits for room in the window.
    pub(super) pending: VecDeque<Pending>,
    /// The bytes of what waits there.
    pending_bytes: usize,
    /// The sequence number of the next message.
    pub(super) next_seq: u64,
    pub(crate) queue: Option<Queue>,
    pub(crate) subscriptions: HashMap<TopicFilter, Subscription>,
    pub(crate) testament: Option<Testament>,
    pub(crate) expiry_secs: u32,
    pub(crate) disconnected_at: Option<u64>,
    /// How the last connection ended, if this run of the server saw it.
    pub(crate) farewell: Option<Farewell>,
}

#[derive(Debug)]
pub(super) struct Pending {
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
    /// The client takes no packet as large as this, or may not have it; the message leaves its
    /// queue.
    Undeliverable { seq: u64 },
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

impl State {
    pub(super) fn new(first_seq: u64, qos2_max: u16) -> State {
        State {
            live: None,
            received: Received::new(qos2_max),
            window: Window::new(0),
            pending: VecDeque::new(),
            pending_bytes: 0,
            next_seq: first_seq,
            queue: None,
            subscriptions: HashMap::new(),
            testament: None,
            expiry_secs: 0,
            disconnected_at: None,
            farewell: None,
        }
    }

    /// When the session ends if its client stays away; `None` while it is connected.
    pub(super) fn expires_at(&self) -> Option<u64> {
        let left = self.disconnected_at.filter(|_| self.live.is_none())?;
        (self.expiry_secs != NEVER).then(|| left + u64::from(self.expiry_secs) * 1_000)
    }

    /// A connection begins: what the last one did not acknowledge is sent again.
    pub(super) fn start_sending(&mut self, window: u16) {
        self.stop_sending();
        self.window = Window::new(window);
    }

    /// A connection ends: the disk has what is to be sent again.
    pub(super) fn stop_sending(&mut self) {
        let unsent = self.pending.front().map(|pending| pending.seq);
        if let Some(queue) = &mut self.queue {
            queue.start_over(unsent);
        }
        self.window = Window::new(0);
        self.clear_pending();
    }

    pub(super) fn clear_pending(&mut self) {
        self.pending = VecDeque::new();
        self.pending_bytes = 0;
    }

    fn wait(&mut self, pending: Pending) {
        self.pending_bytes += pending.size as usize;
        self.pending.push_back(pending);
    }

    /// Whether publishers should wait for the client. A persistent session keeps on disk what
    /// memory does not hold.
    pub(super) fn is_behind(&self) -> bool {
        self.live.as_ref().is_some_and(Live::is_behind) || self.is_overdue()
    }

    /// Whether the client has not acknowledged as much as memory holds for it.
    fn is_overdue(&self) -> bool {
        self.queue.is_none() && self.pending.len() >= PENDING_MAX
    }

    /// Whether [`State::send_waiting`] would do anything.
    pub(crate) fn may_send_waiting(&self) -> bool {
        match (self.pending.front(), &self.queue) {
            _ if self.live.is_none() => false,
            (Some(pending), _) => self.window.has_room_for(pending.seq),
            (None, Some(queue)) => queue.behind,
            (None, None) => false,
        }
    }

    fn waiting_bytes(&self) -> usize {
        self.pending_bytes + self.live.as_ref().map_or(0, |live| live.outbound.len())
    }

    pub(super) fn end(&mut self, why: Farewell) {
        if let Some(live) = &mut self.live {
            live.end.get_or_insert(why);
        }
    }

    /// Whether the connection's task must be told that there is something to do; once is enough
    /// until it comes.
    pub(super) fn needs_wake(&mut self) -> bool {
        self.live.as_mut().is_some_and(|live| !std::mem::replace(&mut live.woken, true))
    }

    /// What the connection's task takes to write. It will look again when it is woken.
    pub(crate) fn take_outbound(&mut self, into: &mut Outbound) {
        let overdue = self.is_overdue();
        if let Some(live) = &mut self.live {
            live.woken = false;
            live.lagging &= overdue;
            into.take_from(&mut live.outbound);
        }
    }

    pub(super) fn send_at_most_once(
        &mut self,
        parcel: &Parcel<'_>,
        address: &Address,
    ) -> Delivered {
        let waiting = self.waiting_bytes();
        let Some(live) = &mut self.live else { return Delivered::Absent };
        if !live.may_have(parcel, address) {
            return Delivered::Absent;
        }
        if live.lagging || waiting > WAITING_BYTES_MAX {
            return Delivered::Dropped;
        }
        let _: Sent = live.publish(parcel, address, None, false);
        live.congestion()
    }

    pub(super) fn deliver_queued(
        &mut self,
        parcel: &Parcel<'_>,
        address: &Address,
        seq: u64,
    ) -> Delivered {
        let Some(queue) = &mut self.queue else { return Delivered::Absent };
        let Some(live) = self.live.as_ref().filter(|_| !queue.behind && seq >= queue.loaded_to)
        else {
            return Delivered::Taken;
        };
        if !live.may_have(parcel, address) {
            return Delivered::Undeliverable { seq };
        }
        if self.pending.len() >= PENDING_MAX || live.outbound.len() > OUTBOUND_HIGH {
            queue.behind = true;
            return Delivered::Taken;
        }
        queue.loaded_to = seq + 1;
        match self.send_or_wait(parcel, address, seq) {
            Sent::Whole => Delivered::Taken,
            Sent::TooLarge => Delivered::Undeliverable { seq },
        }
    }

    pub(super) fn deliver_unqueued(&mut self, parcel: &Parcel<'_>, address: &Address) -> Delivered {
        let Some(live) = self.live.as_ref().filter(|live| live.may_have(parcel, address)) else {
            return Delivered::Absent;
        };
        let (lagging, congestion) = (live.lagging, live.congestion());
        let full = self.pending.len() >= PENDING_MAX;
        if (lagging && full) || self.waiting_bytes() > WAITING_BYTES_MAX {
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
        if !self.pending.is_empty() || !self.window.has_room_for(seq) || self.is_full() {
            let message = parcel.to_message();
            let published_at = parcel.published_at;
            let what = What::Send { message, published_at, address: address.clone() };
            self.wait(Pending { seq, size, duplicate: false, what });
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
                self.pending_bytes -= pending.size as usize;
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
        let sent_to = queue.sent_to;
        queue.behind = entries.len() == LOAD_MAX;
        queue.loaded_to = entries.last().map_or(queue.loaded_to, |(seq, _)| seq + 1);
        for (seq, queued) in entries {
            let (size, what) = match queued {
                Queued::Released => (0, What::Release),
                Queued::Waiting(entry) => {
                    let size = u32::try_from(entry.size()).unwrap_or(u32::MAX);
                    (size, What::of(entry))
                }
            };
            self.wait(Pending { seq, size, duplicate: seq < sent_to, what });
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
                let parcel = Parcel::of(message, *published_at, now);
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
    pub(super) fn forget(&mut self, seq: u64, size: u32, cleanup: &mut Batch) {
        if let Some(queue) = &mut self.queue {
            queue.messages = queue.messages.saturating_sub(1);
            queue.bytes = queue.bytes.saturating_sub(u64::from(size));
            if queue.messages == 0 {
                // The size of what was released in an earlier connection is not known any more.
                queue.bytes = 0;
            }
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

impl What {
    fn of(entry: sessions::Entry) -> What {
        let address = Address {
            qos: entry.qos,
            retain: entry.retain,
            subscription_ids: entry.subscription_ids,
            // What waits is checked when it is sent.
            allowed: 0,
        };
        let published_at = entry.stored.published_at;
        What::Send { message: Arc::new(entry.stored.message), published_at, address }
    }
}
