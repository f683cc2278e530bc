//! Things that joined or left a group, or were deleted: who drives jobs looks at them again.
//!
//! The notice is a part of the batch that moves the thing, so none is lost; it says only that there
//! is something to look at, so nothing is done twice.

use bytes::Bytes;
use kv::{Batch, Expect, Space};
use model::{ThingGroupName, ThingName};

use crate::job::draft::JobDraft;
use crate::job::stored::{random, thing_name};
use crate::job::view::JobView;
use crate::record::RecordError;
use crate::registry::StoreError;
use crate::thing_group::paths_of;

const MOVED: Space = Space::new("job-things-moved");

/// A notice that somebody is to look at a thing.
#[derive(Clone, Debug)]
pub struct MovedThing {
    pub thing: ThingName,
    key: Bytes,
}

/// A thing joins or leaves a group, or is deleted.
pub(crate) fn thing_moved(batch: &mut Batch, thing: &ThingName) {
    // A key of its own, so that who looked at an earlier move does not take this notice away.
    let key = format!("{:016x}{:016x}", random(), random());
    batch.put_new(MOVED, key, Bytes::copy_from_slice(thing.as_str().as_bytes()));
}

impl JobView {
    /// Things that moved and were not looked at, at most so many.
    pub fn moved_things(&self, limit: usize) -> Result<Vec<MovedThing>, StoreError> {
        let mut moved = Vec::new();
        for entry in self.snapshot.scan(MOVED, b"")?.take(limit) {
            let (key, name) = entry?;
            let name = std::str::from_utf8(&name).map_err(|_| RecordError::Key)?;
            moved.push(MovedThing { thing: thing_name(name)?, key });
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
        self.batch.require(MOVED, &moved.key, Expect::Present);
        self.batch.delete(MOVED, &moved.key);
    }
}
