//! Things that joined or left a group, or were deleted: who drives jobs looks at them again.
//!
//! The notice is a part of the batch that moves the thing, so none is lost; it says only that there
//! is something to look at, so nothing is done twice.

use bytes::Bytes;
use kv::{Batch, Expect, Space};
use model::{ThingGroupName, ThingName};

use crate::job::draft::JobDraft;
use crate::job::stored::thing_name;
use crate::job::view::JobView;
use crate::record::RecordError;
use crate::registry::StoreError;
use crate::thing_group::paths_of;

const MOVED: Space = Space::new("job-things-moved");

/// A notice that somebody is to look at a thing.
#[derive(Clone, Debug)]
pub struct MovedThing {
    pub thing: ThingName,
    mark: Bytes,
}

/// A thing joins or leaves a group, or is deleted.
pub(crate) fn thing_moved(batch: &mut Batch, thing: &ThingName) {
    // Random, so that who looked at an earlier move does not take this notice away.
    let mark = getrandom::u64().expect("the system has randomness, or no TLS would start");
    batch.put(MOVED, thing.as_str(), mark.to_le_bytes().to_vec());
}

impl JobView {
    /// Things that moved and were not looked at, at most so many.
    pub fn moved_things(&self, limit: usize) -> Result<Vec<MovedThing>, StoreError> {
        let mut moved = Vec::new();
        for entry in self.snapshot.scan(MOVED, b"")?.take(limit) {
            let (key, mark) = entry?;
            let key = std::str::from_utf8(&key).map_err(|_| RecordError::Key)?;
            moved.push(MovedThing { thing: thing_name(key)?, mark });
        }
        Ok(moved)
    }

    /// The groups that a thing is in, and those above them.
    pub fn groups_around(&self, thing: &ThingName) -> Result<Vec<ThingGroupName>, StoreError> {
        let paths = paths_of(&self.snapshot, thing)?;
        Ok(paths.iter().flat_map(|path| path.names().collect::<Vec<_>>()).collect())
    }
}

impl JobDraft<'_> {
    /// A thing that moved was looked at.
    pub fn looked_at(&mut self, moved: &MovedThing) {
        let MovedThing { thing, mark } = moved;
        self.batch.require(MOVED, thing.as_str(), Expect::Value(mark.clone()));
        self.batch.delete(MOVED, thing.as_str());
    }
}
