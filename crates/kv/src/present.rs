//! What a decision sees, and where it leaves its changes.

use std::fmt;

use bytes::Bytes;

use crate::ahead::Ahead;
use crate::batch::{Change, MOST_BATCH_BYTES, MOST_KEY_BYTES, Operation, entry_bytes, right_sized};
use crate::error::{CommitError, ReadError};
use crate::key::Key;
use crate::places::{Places, is_of};
use crate::space::Space;
use crate::view::View;

/// Up to here looking at each change is faster than an index of them.
const UNINDEXED_CHANGES: usize = 8;

/// A place in the history of the store. No two are the same, and a later one is greater; those of
/// batches that were not committed are given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence {
    /// The record of the journal, which holds many batches.
    pub record: u64,
    /// Within the record.
    pub position: u32,
}

/// The store at the moment of a commit: everything that was committed before, and what the batch
/// changed so far.
pub struct Present<'a> {
    view: &'a View,
    ahead: &'a Ahead<'a>,
    next: &'a mut Sequence,
    operations: Vec<Operation>,
    index: Index,
    /// Of keys and values written by decisions.
    bytes: usize,
    longest_key: usize,
}

impl<'a> Present<'a> {
    pub(crate) fn new(view: &'a View, ahead: &'a Ahead<'a>, next: &'a mut Sequence) -> Present<'a> {
        let (operations, index) = (Vec::new(), Index::default());
        Present { view, ahead, next, operations, index, bytes: 0, longest_key: 0 }
    }

    pub fn get(&mut self, space: Space, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        if let Some(change) = self.index.newest(&self.operations, space, key) {
            return Ok(change.value().cloned());
        }
        match self.ahead.newest(space, key) {
            Some(change) => Ok(change.value().cloned()),
            None => self.view.newest(space, key),
        }
    }

    pub fn put(&mut self, space: Space, key: impl AsRef<[u8]>, value: impl Into<Bytes>) {
        self.push(space, key.as_ref(), Change::Put(right_sized(value.into())));
    }

    /// For a value that has its storage for itself: it is kept as it is, where others are copied.
    pub fn put_own(&mut self, space: Space, key: impl AsRef<[u8]>, value: Bytes) {
        self.push(space, key.as_ref(), Change::Put(value));
    }

    /// With the promise that [`Batch::put_new`](crate::Batch::put_new) tells of.
    pub fn put_new(&mut self, space: Space, key: impl AsRef<[u8]>, value: impl Into<Bytes>) {
        self.push(space, key.as_ref(), Change::PutNew(right_sized(value.into())));
    }

    /// Deleting what is not there is no error.
    pub fn delete(&mut self, space: Space, key: impl AsRef<[u8]>) {
        self.push(space, key.as_ref(), Change::Delete);
    }

    /// The next place in the history; each call answers another.
    pub fn sequence(&mut self) -> Sequence {
        let sequence = *self.next;
        self.next.position += 1;
        sequence
    }

    /// Takes over changes that the batch named itself. Their size was checked when it was handed in.
    pub(crate) fn follow(&mut self, planned: impl Iterator<Item = Operation>) {
        self.operations.extend(planned);
    }

    /// Whether what the decisions wrote, behind so many bytes, is still a batch.
    pub(crate) fn check_size(&self, planned_bytes: usize) -> Result<(), CommitError> {
        if self.longest_key > MOST_KEY_BYTES {
            let (bytes, most) = (self.longest_key, MOST_KEY_BYTES);
            return Err(CommitError::KeyTooLong { bytes, most });
        }
        let bytes = planned_bytes + self.bytes;
        if bytes > MOST_BATCH_BYTES {
            return Err(CommitError::BatchTooLarge { bytes, most: MOST_BATCH_BYTES });
        }
        Ok(())
    }

    pub(crate) fn into_operations(self) -> Vec<Operation> {
        self.operations
    }

    fn push(&mut self, space: Space, key: &[u8], change: Change) {
        self.bytes += entry_bytes(key, &change);
        self.longest_key = self.longest_key.max(key.len());
        self.operations.push(Operation { space, key: Key::from_slice(key), change });
    }
}

impl fmt::Debug for Present<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Present").field("next", &self.next).finish_non_exhaustive()
    }
}

/// Finds the newest change of a key among a batch's own. It follows only when it is asked.
#[derive(Default)]
struct Index {
    places: Places<usize>,
    indexed: usize,
}

impl Index {
    fn newest<'o>(
        &mut self,
        operations: &'o [Operation],
        space: Space,
        key: &[u8],
    ) -> Option<&'o Change> {
        let found = if operations.len() <= UNINDEXED_CHANGES {
            operations.iter().rev().find(|operation| is_of(operation, space, key))
        } else {
            let at = |place: usize| &operations[place];
            (self.indexed..operations.len()).for_each(|place| self.places.note(place, at));
            self.indexed = operations.len();
            self.places.newest(space, key, at)
        };
        found.map(|operation| &operation.change)
    }
}
