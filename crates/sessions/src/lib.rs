//! What the broker keeps on disk: sessions, their subscriptions and queues, retained messages, wills.
//!
//! Changes go into a [`kv::Batch`] that the caller commits, so that one message's entries in many
//! queues, its retained copy and whatever else it brings about are one commit. Only persistent
//! sessions are stored.
//!
//! Deciding who gets a message, and sending it, is not here.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `sessions` | client id | [`Session`] |
//! | `subscriptions` | session number, filter | [`Subscription`] |
//! | `queue` | session number, sequence number | [`Entry`] |
//! | `received` | session number, packet id | nothing: QoS 2 messages not yet released |
//! | `retained` | topic | [`StoredMessage`] |
//! | `wills` | will number | client id, [`StoredWill`] |
//!
//! Session, will and sequence numbers begin with the number of the server's start in which they were
//! given, so they rise for ever and no key is ever used twice.

mod bytes_of;
mod message;
mod queue;
mod retained;
mod session;
mod will;

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use kv::{Batch, Space, Store};

pub use crate::message::StoredMessage;
pub use crate::queue::{Entry, QueueEnds, Queued, queued_size};
pub use crate::session::{NEVER, Session, StoredSession, Subscription};
pub use crate::will::StoredWill;

const START: Space = Space::new("start");

/// Numbers given in one start of the server; a start that needs more would need 34 years at
/// 1,000 a second.
const NUMBERS_PER_START_BITS: u32 = 40;

/// The sessions of one store.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    next_number: std::sync::Arc<AtomicU64>,
    first_number: u64,
}

/// Why what is stored could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SessionsError {
    #[error("the store could not be read")]
    Read(#[from] kv::ReadError),
    #[error("the store could not be written")]
    Commit(#[from] kv::CommitError),
    #[error("a record in {space} is not of a version that this program reads")]
    Version { space: &'static str },
}

impl Sessions {
    /// Opens the sessions in `store` and begins a new range of numbers.
    pub fn open(store: Store) -> Result<Sessions, SessionsError> {
        let last = store.get(START, b"count")?.and_then(|value| value.as_ref().try_into().ok());
        let start = last.map_or(1, |bytes| u64::from_be_bytes(bytes) + 1);
        let mut batch = Batch::new();
        batch.put(START, b"count", Bytes::copy_from_slice(&start.to_be_bytes()));
        let committed = store.commit(batch);
        // Where nobody else drives the store, as in the simulator, this does.
        store.pump();
        committed.wait()?;
        let first_number = start << NUMBERS_PER_START_BITS;
        Ok(Sessions {
            store,
            next_number: std::sync::Arc::new(AtomicU64::new(first_number)),
            first_number,
        })
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A number that no session and no will has or had.
    pub fn new_number(&self) -> u64 {
        self.next_number.fetch_add(1, Ordering::Relaxed)
    }

    /// The sequence number that a session's first message after this start gets.
    pub fn first_seq(&self) -> u64 {
        self.first_number
    }
}

/// A session number followed by whatever tells its records apart.
fn numbered(number: u64, rest: &[u8]) -> Vec<u8> {
    [number.to_be_bytes().as_slice(), rest].concat()
}
