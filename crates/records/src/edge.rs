//! Attachments: edges between two nouns, kept in both directions.
//!
//! Neither end may be deleted while an edge holds it, and no edge may be made to an end that is
//! gone, though the two are decided apart and on different machines. So attaching requires both
//! ends to be there, and leaves a random mark on each; deleting an end requires that the mark is
//! the one that was there when its edges were counted. Many can attach to one policy at once
//! without getting in each other's way.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};

use crate::mutate::StoreError;
use crate::page::{Page, page};
use crate::record::RecordError;

const MARKS: Space = Space::new("edge-marks");

/// A kind of edge: the two spaces that hold it, and the kinds of its ends, which name their marks.
/// Keys of ends hold no slash, or are the last part of the key.
#[derive(Clone, Copy, Debug)]
pub struct EdgeKind {
    pub forward: Space,
    pub backward: Space,
    pub from: &'static str,
    pub to: &'static str,
}

impl EdgeKind {
    /// Whether there is this edge.
    pub fn exists(self, snapshot: &Snapshot, from: &str, to: &str) -> Result<bool, StoreError> {
        Ok(snapshot.get(self.forward, key(from, to).as_bytes())?.is_some())
    }

    /// What is said of an edge, if it is there.
    pub fn value(
        self,
        snapshot: &Snapshot,
        from: &str,
        to: &str,
    ) -> Result<Option<Bytes>, StoreError> {
        Ok(snapshot.get(self.forward, key(from, to).as_bytes())?)
    }

    /// The caller requires both ends to be there.
    pub fn attach(self, batch: &mut Batch, from: &str, to: &str) {
        self.attach_as(batch, from, to, &Bytes::new());
    }

    /// Like [`EdgeKind::attach`], with something to say of the edge.
    pub fn attach_as(self, batch: &mut Batch, from: &str, to: &str, value: &Bytes) {
        batch.put(self.forward, key(from, to), value.clone());
        batch.put(self.backward, key(to, from), value.clone());
        mark(batch, self.from, from);
        mark(batch, self.to, to);
    }

    /// Detaching what is not attached is no error.
    pub fn detach(self, batch: &mut Batch, from: &str, to: &str) {
        batch.delete(self.forward, key(from, to));
        batch.delete(self.backward, key(to, from));
    }

    /// Whether any edge begins at this end.
    pub fn has_any_from(self, snapshot: &Snapshot, from: &str) -> Result<bool, StoreError> {
        Ok(!self.from(snapshot, from, None, 1, |_| Ok(()))?.items.is_empty())
    }

    /// Whether any edge ends at this end.
    pub fn has_any_to(self, snapshot: &Snapshot, to: &str) -> Result<bool, StoreError> {
        Ok(!self.to(snapshot, to, None, 1, |_| Ok(()))?.items.is_empty())
    }

    /// The other ends of the edges that begin at `from`.
    pub fn from<T>(
        self,
        snapshot: &Snapshot,
        from: &str,
        after: Option<&str>,
        limit: usize,
        read: impl Fn(&str) -> Result<T, RecordError>,
    ) -> Result<Page<T>, StoreError> {
        page(snapshot, self.forward, &key(from, ""), after, limit, |rest, _| read(rest))
    }

    /// The other ends of the edges that end at `to`.
    pub fn to<T>(
        self,
        snapshot: &Snapshot,
        to: &str,
        after: Option<&str>,
        limit: usize,
        read: impl Fn(&str) -> Result<T, RecordError>,
    ) -> Result<Page<T>, StoreError> {
        page(snapshot, self.backward, &key(to, ""), after, limit, |rest, _| read(rest))
    }
}

fn key(one: &str, other: &str) -> String {
    format!("{one}/{other}")
}

/// Leaves a mark on an end, which [`require_no_newer`] sees.
pub fn mark(batch: &mut Batch, kind: &str, end: &str) {
    let random = getrandom::u64().expect("the system has randomness, or no TLS would start");
    batch.put(MARKS, key(kind, end), random.to_le_bytes().to_vec());
}

/// Requires that nobody attached anything to an end since this snapshot.
pub fn require_no_newer(
    batch: &mut Batch,
    snapshot: &Snapshot,
    kind: &str,
    end: &str,
) -> Result<(), StoreError> {
    let key = key(kind, end);
    let expect = match snapshot.get(MARKS, key.as_bytes())? {
        Some(mark) => Expect::Value(mark),
        None => Expect::Absent,
    };
    batch.require(MARKS, &key, expect);
    Ok(())
}

/// For the deletion of an end: requires that nobody attached anything to it since this snapshot,
/// and forgets its mark.
pub fn forget_end(
    batch: &mut Batch,
    snapshot: &Snapshot,
    kind: &str,
    end: &str,
) -> Result<(), StoreError> {
    require_no_newer(batch, snapshot, kind, end)?;
    batch.delete(MARKS, key(kind, end));
    Ok(())
}
