//! What a caller wants to change, all of it or nothing.

use bytes::Bytes;

use crate::decision::{ByFunction, Decision, Declined, Placed};
use crate::key::Key;
use crate::present::Present;
use crate::space::Space;

/// The settled tier takes keys of 64 KiB; half of it is far beyond any topic or name that AWS
/// allows, and leaves room for prefixes.
pub(crate) const MOST_KEY_BYTES: usize = 32 * 1024;

/// A batch is one record of the journal, held in memory several times over on its way. The largest
/// thing that AWS lets a caller write at once, a 16 MiB transaction, fits twice.
pub(crate) const MOST_BATCH_BYTES: usize = 32 * 1024 * 1024;

/// Up to here a value is copied into storage of its own size. A longer one is kept as it was handed
/// in: a slice of a read buffer would otherwise keep kilobytes in memory for each few bytes stored.
const COPIED_VALUE_BYTES: usize = 1024;

/// What one more entry costs beside its bytes; an upper bound of its header in the journal.
const ENTRY_HEADER_BYTES: usize = 12;

/// Changes that are committed together, under the conditions that [`Batch::require`] names and as
/// the decisions that [`Batch::decide`] adds will have it.
#[derive(Debug, Default)]
pub struct Batch {
    pub(crate) operations: Vec<Operation>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) decisions: Vec<Placed>,
    durability: Option<Durability>,
    /// Of changes and preconditions.
    planned_bytes: usize,
    /// What decisions say of themselves.
    decided_bytes: usize,
    longest_key: usize,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) space: Space,
    pub(crate) key: Key,
    pub(crate) change: Change,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Put(Bytes),
    PutNew(Bytes),
    Delete,
}

#[derive(Debug)]
pub(crate) struct Requirement {
    pub(crate) space: Space,
    pub(crate) key: Key,
    pub(crate) expect: Expect,
}

/// What must hold for a key, or the batch fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    Absent,
    Present,
    Value(Bytes),
}

/// What a resolved [`Ticket`](crate::Ticket) promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// Written to the operating system: survives `kill -9`, not a loss of power.
    Buffered,
    /// On disk: survives a loss of power.
    #[default]
    Synced,
}

impl Batch {
    pub fn new() -> Batch {
        Batch::default()
    }

    pub fn put(&mut self, space: Space, key: impl AsRef<[u8]>, value: impl Into<Bytes>) {
        self.push(space, key.as_ref(), Change::Put(right_sized(value.into())));
    }

    /// Like [`Batch::put`], with the caller's promise that this key was never written before.
    ///
    /// If the key is deleted again before a checkpoint, nothing of it reaches the settled tier, not
    /// even a tombstone. A broken promise lets an older value reappear after such a delete; use
    /// keys that hold an id or a number that is never given out twice.
    pub fn put_new(&mut self, space: Space, key: impl AsRef<[u8]>, value: impl Into<Bytes>) {
        self.push(space, key.as_ref(), Change::PutNew(right_sized(value.into())));
    }

    /// Deleting what is not there is no error.
    pub fn delete(&mut self, space: Space, key: impl AsRef<[u8]>) {
        self.push(space, key.as_ref(), Change::Delete);
    }

    /// The batch fails unless this holds just before it, after every batch committed earlier. The
    /// batch's own changes do not count.
    pub fn require(&mut self, space: Space, key: impl AsRef<[u8]>, expect: Expect) {
        let key = Key::from_slice(key.as_ref());
        self.count(ENTRY_HEADER_BYTES + key.len(), key.len());
        self.requirements.push(Requirement { space, key, expect });
    }

    /// Lets the decision read and change, at the moment of the commit. It sees what was committed
    /// before and what this batch changed so far, so it stands in one order with the changes
    /// around it. Preconditions are checked first.
    pub fn decide(&mut self, decision: impl Decision + 'static) {
        self.decided_bytes += ENTRY_HEADER_BYTES + decision.bytes();
        let after = self.operations.len();
        self.decisions.push(Placed { after, decision: Box::new(decision) });
    }

    /// [`Batch::decide`] by a function, with what [`Decision::bytes`] would answer.
    pub fn decide_by(
        &mut self,
        bytes: usize,
        decide: impl FnOnce(&mut Present<'_>) -> Result<(), Declined> + Send + Sync + 'static,
    ) {
        self.decide(ByFunction { bytes, decide });
    }

    /// [`Durability::Synced`] unless said otherwise.
    pub fn durability(&mut self, durability: Durability) {
        self.durability = Some(durability);
    }

    /// Whether committing it would change and check nothing.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.requirements.is_empty() && self.decisions.is_empty()
    }

    /// Adds the other batch's requirements, changes and decisions behind our own. The stricter durability of
    /// the two holds; a batch that never named one takes the other's.
    pub fn append(&mut self, other: Batch) {
        self.durability = self.durability.max(other.durability);
        self.planned_bytes += other.planned_bytes;
        self.decided_bytes += other.decided_bytes;
        self.longest_key = self.longest_key.max(other.longest_key);
        let ahead = self.operations.len();
        self.decisions.extend(other.decisions.into_iter().map(|mut placed| {
            placed.after += ahead;
            placed
        }));
        if self.operations.is_empty() {
            self.operations = other.operations;
        } else {
            self.operations.extend(other.operations);
        }
        self.requirements.extend(other.requirements);
    }

    /// How many changes it names; those that decisions will make do not count.
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    pub(crate) fn wants_sync(&self) -> bool {
        self.durability.unwrap_or_default() == Durability::Synced
    }

    /// About how many bytes of the journal it takes.
    pub fn bytes(&self) -> usize {
        self.planned_bytes + self.decided_bytes
    }

    /// The same without what decisions say of themselves.
    pub(crate) fn planned_bytes(&self) -> usize {
        self.planned_bytes
    }

    pub(crate) fn longest_key(&self) -> usize {
        self.longest_key
    }

    fn push(&mut self, space: Space, key: &[u8], change: Change) {
        self.count(entry_bytes(key, &change), key.len());
        self.operations.push(Operation { space, key: Key::from_slice(key), change });
    }

    fn count(&mut self, bytes: usize, key_bytes: usize) {
        self.planned_bytes += bytes;
        self.longest_key = self.longest_key.max(key_bytes);
    }
}

/// About how many bytes of the journal a change takes.
pub(crate) fn entry_bytes(key: &[u8], change: &Change) -> usize {
    ENTRY_HEADER_BYTES + key.len() + change.value().map_or(0, Bytes::len)
}

impl Change {
    pub(crate) fn value(&self) -> Option<&Bytes> {
        match self {
            Change::Put(value) | Change::PutNew(value) => Some(value),
            Change::Delete => None,
        }
    }
}

pub(crate) fn right_sized(value: Bytes) -> Bytes {
    match value.len() {
        0..=COPIED_VALUE_BYTES => Bytes::copy_from_slice(&value),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THINGS: Space = Space::new("things");

    #[test]
    fn the_stricter_durability_wins_and_none_named_means_synced() {
        let buffered = || {
            let mut batch = Batch::new();
            batch.durability(Durability::Buffered);
            batch
        };
        let mut synced = Batch::new();
        synced.durability(Durability::Synced);

        assert!(Batch::new().wants_sync());
        assert!(!buffered().wants_sync());
        let mut both = buffered();
        both.append(synced);
        assert!(both.wants_sync());
    }

    #[test]
    fn requirements_alone_make_a_batch_worth_committing() {
        let mut batch = Batch::new();
        assert!(batch.is_empty());
        batch.require(THINGS, b"lamp", Expect::Present);
        assert!(!batch.is_empty());
    }

    #[test]
    fn a_short_value_does_not_keep_its_buffer() {
        let buffer = Bytes::from(vec![7; 4096]);
        let mut batch = Batch::new();
        batch.put(THINGS, b"lamp", buffer.slice(..10));
        assert!(buffer.is_unique(), "the batch must hold a copy");
    }
}
