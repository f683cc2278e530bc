//! The queue of a session: the QoS 1 and 2 messages that its client has not acknowledged.

use std::ops::Bound;

use bytes::{BufMut, Bytes};
use kv::{Batch, Direction, Space};
use model::{Message, Qos};

use crate::bytes_of::Take;
use crate::message::{self, StoredMessage};
use crate::{Sessions, SessionsError};

const QUEUE: Space = Space::new("queue");
const VERSION: u8 = 1;
const WAITING: u8 = 0;
const RELEASED: u8 = 1;
/// Beside the QoS: the session gets the message marked as retained.
const RETAIN: u8 = 1 << 2;

/// A place in a session's queue.
#[derive(Clone, Debug, PartialEq)]
pub enum Queued {
    /// To be sent, or sent and not acknowledged.
    Waiting(Entry),
    /// The client holds this QoS 2 message: only its PUBREL is to be sent.
    Released,
}

/// A message in a session's queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What the session granted: the lesser of the publisher's and the subscription's QoS.
    pub qos: Qos,
    /// Whether the session is told that the message is a retained one.
    pub retain: bool,
    pub stored: StoredMessage,
    pub subscription_ids: Vec<u32>,
    /// The bytes of this and all earlier entries that the session ever had. The difference of two
    /// entries is what lies between them, so the size of a queue is known from its two ends.
    pub bytes_so_far: u64,
}

impl Entry {
    /// What the entry counts for in the size of its queue.
    pub fn size(&self) -> u64 {
        queued_size(&self.stored.message)
    }
}

/// Where a queue begins and ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueEnds {
    /// The sequence numbers of the oldest and newest entry.
    pub seqs: Option<(u64, u64)>,
    /// The bytes in the queue.
    pub bytes: u64,
    /// [`Entry::bytes_so_far`] of the newest entry.
    pub bytes_so_far: u64,
}

impl Sessions {
    /// Adds a message to the queue of session `number`.
    #[allow(clippy::too_many_arguments, reason = "an entry's parts, borrowed: no copy is made")]
    pub fn enqueue(
        batch: &mut Batch,
        number: u64,
        seq: u64,
        message: &Message,
        qos: Qos,
        retain: bool,
        published_at: u64,
        subscription_ids: &[u32],
        bytes_so_far: u64,
    ) {
        let value = encode(message, qos, retain, published_at, subscription_ids, bytes_so_far);
        batch.put_new(QUEUE, place(number, seq), value);
    }

    /// Notes that the client holds the QoS 2 message `seq`.
    pub fn release(batch: &mut Batch, number: u64, seq: u64) {
        let value = Bytes::from_static(&[VERSION, RELEASED]);
        batch.put(QUEUE, place(number, seq), value);
    }

    /// Takes a message out of the queue of session `number`.
    pub fn dequeue(batch: &mut Batch, number: u64, seq: u64) {
        batch.delete(QUEUE, place(number, seq));
    }

    /// Up to `most` entries of a queue from `seq` on, oldest first, with their sequence numbers.
    pub fn entries(
        &self,
        number: u64,
        seq: u64,
        most: usize,
    ) -> Result<Vec<(u64, Queued)>, SessionsError> {
        let (from, to) = (place(number, seq), place(number, u64::MAX));
        let bounds = (Bound::Included(from.as_slice()), Bound::Included(to.as_slice()));
        let range = self.store.range(QUEUE, bounds, Direction::Forward)?;
        range.take(most).map(|pair| pair.map_err(SessionsError::from).and_then(read)).collect()
    }

    /// Where the queue of session `number` begins and ends.
    pub fn queue_ends(&self, number: u64) -> Result<QueueEnds, SessionsError> {
        let (from, to) = (place(number, 0), place(number, u64::MAX));
        let bounds = (Bound::Included(from.as_slice()), Bound::Included(to.as_slice()));
        let end = |direction| {
            let mut entries = self.store.range(QUEUE, bounds, direction)?;
            entries.next().transpose()?.map(read).transpose()
        };
        let (Some((first_seq, _)), Some((last_seq, _))) =
            (end(Direction::Forward)?, end(Direction::Backward)?)
        else {
            return Ok(QueueEnds::default());
        };
        let oldest = self.end_message(bounds, Direction::Forward)?;
        let newest = self.end_message(bounds, Direction::Backward)?;
        let before = oldest.map_or(0, |entry| entry.bytes_so_far - entry.size());
        let bytes_so_far = newest.map_or(before, |entry| entry.bytes_so_far);
        Ok(QueueEnds {
            seqs: Some((first_seq, last_seq)),
            bytes: bytes_so_far.saturating_sub(before),
            bytes_so_far,
        })
    }

    /// The message nearest to one end of a queue: no more than a window of released ones lie
    /// before it.
    fn end_message(
        &self,
        bounds: (Bound<&[u8]>, Bound<&[u8]>),
        direction: Direction,
    ) -> Result<Option<Entry>, SessionsError> {
        for pair in self.store.range(QUEUE, bounds, direction)? {
            if let (_, Queued::Waiting(entry)) = read(pair?)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// How many entries the queue of session `number` has.
    pub fn count_queue(&self, number: u64) -> Result<u64, SessionsError> {
        let entries = self.store.scan(QUEUE, &number.to_be_bytes())?;
        entries.map(|pair| Ok(pair.map(|_| 1)?)).sum()
    }

    /// A batch that deletes up to `most` entries of session `number`, or `None` if it has none.
    pub fn purge_queue(&self, number: u64, most: usize) -> Result<Option<Batch>, SessionsError> {
        let mut batch = Batch::new();
        for pair in self.store.scan(QUEUE, &number.to_be_bytes())?.take(most) {
            batch.delete(QUEUE, pair?.0);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    /// The least session number from `number` on that has a queue.
    pub fn next_queue(&self, number: u64) -> Result<Option<u64>, SessionsError> {
        let from = place(number, 0);
        let bounds = (Bound::Included(from.as_slice()), Bound::Unbounded);
        let first = self.store.range(QUEUE, bounds, Direction::Forward)?.next().transpose()?;
        Ok(first.and_then(|(key, _)| key.get(..8)?.try_into().ok()).map(u64::from_be_bytes))
    }
}

/// The key of the message `seq` of session `number`.
fn place(number: u64, seq: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.to_be_bytes());
    key[8..].copy_from_slice(&seq.to_be_bytes());
    key
}

/// What a message counts for in the size of a queue.
pub fn queued_size(message: &Message) -> u64 {
    (message.topic.as_str().len() + message.payload.len()) as u64
}

fn encode(
    message: &Message,
    qos: Qos,
    retain: bool,
    published_at: u64,
    subscription_ids: &[u32],
    bytes_so_far: u64,
) -> Bytes {
    let room = 16 + 4 * subscription_ids.len() + message::size_hint(message);
    let mut out = Vec::with_capacity(room);
    out.put_u8(VERSION);
    out.put_u8(WAITING);
    out.put_u8(qos.bits() | if retain { RETAIN } else { 0 });
    out.put_u64(bytes_so_far);
    out.put_u8(u8::try_from(subscription_ids.len()).unwrap_or(u8::MAX));
    for id in subscription_ids.iter().take(usize::from(u8::MAX)) {
        out.put_u32(*id);
    }
    message::put(&mut out, message, published_at);
    out.into()
}

fn read((key, value): (Bytes, Bytes)) -> Result<(u64, Queued), SessionsError> {
    let seq = key.get(8..16).and_then(|seq| seq.try_into().ok()).map(u64::from_be_bytes);
    seq.zip(decode(value)).ok_or(SessionsError::Version { space: "queue" })
}

fn decode(mut value: Bytes) -> Option<Queued> {
    match (value.take_u8()?, value.take_u8()?) {
        (VERSION, RELEASED) => return Some(Queued::Released),
        (VERSION, WAITING) => {}
        _ => return None,
    }
    let flags = value.take_u8()?;
    let (qos, retain) = (Qos::from_bits(flags & 3)?, flags & RETAIN != 0);
    let bytes_so_far = value.take_u64()?;
    let ids = value.take_u8()?;
    let subscription_ids = (0..ids).map(|_| value.take_u32()).collect::<Option<Vec<u32>>>()?;
    let stored = message::take(value)?;
    Some(Queued::Waiting(Entry { qos, retain, stored, subscription_ids, bytes_so_far }))
}
