//! What was written since the last checkpoint, in memory and in order.
//!
//! Each key has its newest version and, only as long as a snapshot needs them, older ones. One
//! committer writes; many read at the same time. A reader without a snapshot takes the newest
//! version, as nothing gets here before it is as durable as it was asked to be.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use bytes::Bytes;

use crate::batch::Change;
use crate::key::Key;
use crate::range::Direction;
use crate::settled::SettledEntry;
use crate::space::SpaceId;

/// What an entry takes beside its key and value: its share of the tree, and allocation overhead.
const ENTRY_BYTES: u64 = 160;

/// Readers get their turn after so many changes.
const CHANGES_PER_LOCK: usize = 128;

#[derive(Debug, Default)]
pub(crate) struct Overlay {
    tables: RwLock<Tables>,
    bytes: AtomicU64,
}

#[derive(Debug, Default)]
struct Tables {
    of_space: Vec<BTreeMap<Key, Entry>>,
    bytes: u64,
}

#[derive(Debug)]
struct Entry {
    newest: Version,
    /// The tiers below know nothing of this key, so a deleted entry needs no tombstone.
    fresh: bool,
}

#[derive(Debug)]
struct Version {
    sequence: u64,
    value: Option<Bytes>,
    /// The next older one that a snapshot needs. There are never more than there are snapshots.
    older: Option<Box<Version>>,
}

/// The sequence numbers that snapshots stand at, each with the number of its snapshots.
pub(crate) type Pins = BTreeMap<u64, usize>;

/// What a tier knows of a key: nothing, or its value, or that it was deleted.
pub(crate) type Known = Option<Option<Bytes>>;

/// A stretch of one space. Neither bound is ever beyond the other.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) lower: Bound<Key>,
    pub(crate) upper: Bound<Key>,
}

impl Overlay {
    /// Applies the changes of one journal record, numbered `sequence`.
    pub(crate) fn apply(
        &self,
        changes: impl Iterator<Item = (SpaceId, Key, Change)>,
        sequence: u64,
        pins: &Pins,
    ) {
        let mut changes = changes.peekable();
        while changes.peek().is_some() {
            let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
            for (space, key, change) in changes.by_ref().take(CHANGES_PER_LOCK) {
                tables.change(space, key, change, sequence, pins);
            }
            self.bytes.store(tables.bytes, Ordering::Relaxed);
        }
    }

    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn newest(&self, space: SpaceId, key: &[u8]) -> Known {
        let tables = self.read();
        Some(tables.entry(space, key)?.newest.value.clone())
    }

    pub(crate) fn as_of(&self, sequence: u64, space: SpaceId, key: &[u8]) -> Known {
        let tables = self.read();
        Some(tables.entry(space, key)?.as_of(sequence)?.value.clone())
    }

    /// Looks at up to `count` entries of the stretch, from the end that `direction` starts at, and
    /// appends to `found` what the snapshot at `sequence` sees of them. Answers the last key looked
    /// at, or nothing if the stretch ended.
    pub(crate) fn look(
        &self,
        sequence: u64,
        space: SpaceId,
        stretch: &Stretch,
        direction: Direction,
        count: usize,
        found: &mut Vec<(Key, Option<Bytes>)>,
    ) -> Option<Key> {
        let tables = self.read();
        let table = tables.of_space.get(usize::from(space))?;
        let entries = table.range::<[u8], _>((slice(&stretch.lower), slice(&stretch.upper)));
        match direction {
            Direction::Forward => collect(entries, sequence, count, found),
            Direction::Backward => collect(entries.rev(), sequence, count, found),
        }
    }

    /// Hands what must reach the settled tier to `write`, in order. For an overlay that changes no
    /// more; readers are not kept waiting.
    pub(crate) fn settle<T>(
        &self,
        write: impl FnOnce(&mut dyn Iterator<Item = SettledEntry>) -> T,
    ) -> T {
        let tables = self.read();
        let mut entries = tables.of_space.iter().enumerate().flat_map(|(space, table)| {
            let space = SpaceId::try_from(space).expect("spaces are numbered with one byte");
            table.iter().filter(|(_, entry)| entry.must_settle()).map(move |(key, entry)| {
                SettledEntry { space, key: key.clone(), value: entry.newest.value.clone() }
            })
        });
        write(&mut entries)
    }

    fn read(&self) -> RwLockReadGuard<'_, Tables> {
        self.tables.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn collect<'a>(
    entries: impl Iterator<Item = (&'a Key, &'a Entry)>,
    sequence: u64,
    count: usize,
    found: &mut Vec<(Key, Option<Bytes>)>,
) -> Option<Key> {
    for (seen, (key, entry)) in entries.enumerate() {
        if let Some(version) = entry.as_of(sequence) {
            found.push((copy(key), version.value.clone()));
        }
        if seen + 1 == count {
            return Some(copy(key));
        }
    }
    None
}

/// Its clone goes byte by byte.
fn copy(key: &Key) -> Key {
    Key::from_slice(key)
}

impl Tables {
    fn entry(&self, space: SpaceId, key: &[u8]) -> Option<&Entry> {
        self.of_space.get(usize::from(space))?.get(key)
    }

    fn change(&mut self, space: SpaceId, key: Key, change: Change, sequence: u64, pins: &Pins) {
        let space = usize::from(space);
        if self.of_space.len() <= space {
            self.of_space.resize_with(space + 1, BTreeMap::new);
        }
        let (promised_new, value) = match change {
            Change::Put(value) => (false, Some(value)),
            Change::PutNew(value) => (true, Some(value)),
            Change::Delete => (false, None),
        };
        let version = Version { sequence, value, older: None };
        let key_bytes = key.len() as u64 + ENTRY_BYTES;
        match self.of_space[space].entry(key) {
            Place::Vacant(place) => {
                self.bytes += key_bytes + version.bytes();
                place.insert(Entry { newest: version, fresh: promised_new });
            }
            Place::Occupied(mut place) => {
                let before = place.get().bytes();
                place.get_mut().supersede(version, pins);
                self.bytes = self.bytes - before + place.get().bytes();
                if place.get().is_nothing() {
                    self.bytes -= key_bytes;
                    place.remove();
                }
            }
        }
    }
}

impl Entry {
    fn supersede(&mut self, version: Version, pins: &Pins) {
        let mut until = version.sequence;
        let superseded = std::mem::replace(&mut self.newest, version);
        if pins.is_empty() {
            return;
        }
        let mut next = Some(Box::new(superseded));
        let mut end = &mut self.newest.older;
        while let Some(mut version) = next {
            next = version.older.take();
            let from = version.sequence;
            if pins.range(from..until).next().is_some() {
                end = &mut end.insert(version).older;
            }
            until = from;
        }
    }

    fn as_of(&self, sequence: u64) -> Option<&Version> {
        self.newest.and_older().find(|version| version.sequence <= sequence)
    }

    /// A deleted key that nobody below knows and no snapshot sees.
    fn is_nothing(&self) -> bool {
        self.fresh && self.newest.value.is_none() && self.newest.older.is_none()
    }

    fn must_settle(&self) -> bool {
        self.newest.value.is_some() || !self.fresh
    }

    fn bytes(&self) -> u64 {
        self.newest.and_older().map(Version::bytes).sum()
    }
}

impl Version {
    /// This one and what is kept behind it, newest first.
    fn and_older(&self) -> impl Iterator<Item = &Version> {
        std::iter::successors(Some(self), |version| version.older.as_deref())
    }

    fn bytes(&self) -> u64 {
        self.value.as_ref().map_or(0, |value| value.len() as u64)
    }
}

pub(crate) fn slice(bound: &Bound<Key>) -> Bound<&[u8]> {
    bound.as_ref().map(Key::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACE: SpaceId = 1;

    fn apply(overlay: &Overlay, sequence: u64, change: Change, pins: &Pins) {
        let change = (SPACE, Key::from_slice(b"key"), change);
        overlay.apply([change].into_iter(), sequence, pins);
    }

    fn put(value: &'static str) -> Change {
        Change::Put(Bytes::from_static(value.as_bytes()))
    }

    fn put_new(value: &'static str) -> Change {
        Change::PutNew(Bytes::from_static(value.as_bytes()))
    }

    fn to_settle(overlay: &Overlay) -> Vec<Option<Bytes>> {
        overlay.settle(|entries| entries.map(|entry| entry.value).collect())
    }

    #[test]
    fn a_new_key_that_is_deleted_leaves_nothing() {
        let overlay = Overlay::default();
        apply(&overlay, 1, put_new("a"), &Pins::new());
        apply(&overlay, 2, Change::Delete, &Pins::new());
        assert_eq!(overlay.newest(SPACE, b"key"), None);
        assert_eq!((overlay.bytes(), to_settle(&overlay).len()), (0, 0));
    }

    #[test]
    fn a_key_that_may_be_older_leaves_a_tombstone() {
        let overlay = Overlay::default();
        apply(&overlay, 1, put("a"), &Pins::new());
        apply(&overlay, 2, Change::Delete, &Pins::new());
        assert_eq!(overlay.newest(SPACE, b"key"), Some(None));
        assert_eq!(to_settle(&overlay), [None]);
    }

    #[test]
    fn a_deleted_new_key_stays_for_its_snapshot_but_does_not_settle() {
        let overlay = Overlay::default();
        apply(&overlay, 1, put_new("a"), &Pins::new());
        apply(&overlay, 2, Change::Delete, &Pins::from([(1, 1)]));
        assert_eq!(overlay.as_of(1, SPACE, b"key"), Some(Some(Bytes::from_static(b"a"))));
        assert_eq!(overlay.newest(SPACE, b"key"), Some(None));
        assert!(to_settle(&overlay).is_empty());
    }

    #[test]
    fn only_versions_that_a_snapshot_sees_are_kept() {
        let overlay = Overlay::default();
        let pins = Pins::from([(2, 1), (5, 1)]);
        for sequence in 1..=9 {
            apply(&overlay, sequence, put("x"), &pins);
        }
        let tables = overlay.read();
        let versions = tables.entry(SPACE, b"key").unwrap().newest.and_older();
        let sequences: Vec<u64> = versions.map(|version| version.sequence).collect();
        assert_eq!(sequences, [9, 5, 2]);
    }

    #[test]
    fn bytes_return_to_what_they_were() {
        let overlay = Overlay::default();
        apply(&overlay, 1, put_new("a"), &Pins::new());
        let alone = overlay.bytes();
        apply(&overlay, 2, put("longer"), &Pins::from([(1, 1)]));
        assert!(overlay.bytes() > alone + 5);
        apply(&overlay, 3, put("b"), &Pins::new());
        assert_eq!(overlay.bytes(), alone);
    }
}
