//! Entries on disk, in the order of their commits.

use kv::{Batch, Snapshot, Space, Store};
use records::{StoreError, decode, encode};

use crate::entry::{Entry, StoredEntry};
use crate::held::{Held, OutboxFull, Reservation};

const OUTBOX: Space = Space::new("outbox");

/// Between a target and the number of an entry.
const END: u8 = 0;

/// The largest part of a key that a name may be.
const TARGET_BYTES_MAX: usize = 8 * 1024;

/// What waits to go out. Cheap to clone; all clones are one outbox.
#[derive(Clone, Debug)]
pub struct Outbox {
    store: Store,
    held: Held,
}

/// Why an entry is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PutError {
    #[error("the name of a target has 1 to {TARGET_BYTES_MAX} bytes and no NUL")]
    Target,
    #[error(transparent)]
    Full(#[from] OutboxFull),
}

/// An entry that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    key: Vec<u8>,
    bytes: usize,
    pub entry: Entry,
}

impl Outbox {
    /// The outbox of a store, after counting what is in it.
    pub fn open(store: Store) -> Result<Outbox, StoreError> {
        let held = Held::default();
        for stored in store.scan(OUTBOX, b"")? {
            let (key, value) = stored?;
            held.add_kept(target_of(&key)?, value.len());
        }
        Ok(Outbox { store, held })
    }

    /// Adds an entry to somebody's batch. Its number is given when the batch is committed; what
    /// becomes of the batch is to be told to the reservation.
    pub fn put(&self, batch: &mut Batch, entry: &Entry) -> Result<Reservation, PutError> {
        let target = entry.target.as_bytes();
        let is_fit = (1..=TARGET_BYTES_MAX).contains(&target.len()) && !target.contains(&END);
        if !is_fit {
            return Err(PutError::Target);
        }
        let prefix = prefix(&entry.target);
        let value = encode(&StoredEntry(entry.clone()));
        let reservation = self.held.reserve(&entry.target, value.len())?;
        batch.decide_by(prefix.len() + value.len(), move |present| {
            let place = present.sequence();
            let number = [&place.record.to_be_bytes()[..], &place.position.to_be_bytes()].concat();
            present.put_new(OUTBOX, [prefix, number].concat(), value);
            Ok(())
        });
        Ok(reservation)
    }

    /// Targets that something waits for, from behind one on and around.
    pub fn targets(
        &self,
        behind: &str,
        limit: usize,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        self.held.targets(behind, limit, is_wanted)
    }

    /// The entry of a target that has waited longest.
    pub fn first(&self, target: &str) -> Result<Option<Waiting>, StoreError> {
        first(&self.store.snapshot(), target)
    }

    /// Adds to a batch that an entry is done with. When the batch is committed, [`Outbox::left`] is to
    /// be told.
    pub fn take(&self, batch: &mut Batch, waiting: &Waiting) {
        batch.delete(OUTBOX, &waiting.key);
    }

    /// The entry is no longer on disk.
    pub fn left(&self, waiting: &Waiting) {
        self.held.give_back(&waiting.entry.target, waiting.bytes, true);
    }

    /// How many entries wait.
    pub fn len(&self) -> usize {
        self.held.kept()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn first(snapshot: &Snapshot, target: &str) -> Result<Option<Waiting>, StoreError> {
    let Some(found) = snapshot.scan(OUTBOX, &prefix(target))?.next() else { return Ok(None) };
    let (key, value) = found?;
    let StoredEntry(entry) = decode(&value)?;
    Ok(Some(Waiting { key: key.to_vec(), bytes: value.len(), entry }))
}

fn prefix(target: &str) -> Vec<u8> {
    [target.as_bytes(), &[END]].concat()
}

fn target_of(key: &[u8]) -> Result<&str, records::RecordError> {
    let target = key.split(|byte| *byte == END).next().unwrap_or_default();
    std::str::from_utf8(target).map_err(|_| records::RecordError::Key)
}
