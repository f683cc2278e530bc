//! Attachments: edges between two nouns, kept in both directions.
//!
//! Neither end may be deleted while an edge holds it, and no edge may be made to an end that is
//! gone, though the two are decided apart and on different machines. So attaching requires both
//! ends to be there, and leaves a random mark on each; deleting an end requires that the mark is
//! the one that was there when its edges were counted. Many can attach to one policy at once
//! without getting in each other's way.

use bytes::Bytes;
use kv::{Batch, Expect, Snapshot, Space};
use model::{CertificateId, PolicyName};

use crate::page::{Page, page};
use crate::record::RecordError;
use crate::registry::StoreError;

const MARKS: Space = Space::new("edge-marks");

/// What a policy can be attached to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Certificate(CertificateId),
}

impl Target {
    pub(crate) fn key(&self) -> String {
        match self {
            Target::Certificate(id) => format!("cert/{id}"),
        }
    }

    pub(crate) fn parse(key: &str) -> Result<Target, RecordError> {
        let id = key.strip_prefix("cert/").and_then(|id| CertificateId::new(id).ok());
        id.map(Target::Certificate).ok_or(RecordError::Key)
    }
}

/// A kind of edge: the two spaces that hold it, and the kinds of its ends, which name their marks.
/// Keys of ends hold no slash, or are the last part of the key.
#[derive(Clone, Copy)]
pub(crate) struct EdgeKind {
    pub(crate) forward: Space,
    pub(crate) backward: Space,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
}

impl EdgeKind {
    pub(crate) fn exists(
        self,
        snapshot: &Snapshot,
        from: &str,
        to: &str,
    ) -> Result<bool, StoreError> {
        Ok(snapshot.get(self.forward, key(from, to).as_bytes())?.is_some())
    }

    /// The caller requires both ends to be there.
    pub(crate) fn attach(self, batch: &mut Batch, from: &str, to: &str) {
        batch.put(self.forward, key(from, to), Bytes::new());
        batch.put(self.backward, key(to, from), Bytes::new());
        mark(batch, self.from, from);
        mark(batch, self.to, to);
    }

    pub(crate) fn detach(self, batch: &mut Batch, from: &str, to: &str) {
        batch.delete(self.forward, key(from, to));
        batch.delete(self.backward, key(to, from));
    }

    pub(crate) fn has_any_from(self, snapshot: &Snapshot, from: &str) -> Result<bool, StoreError> {
        Ok(!self.from(snapshot, from, None, 1, |_| Ok(()))?.items.is_empty())
    }

    pub(crate) fn has_any_to(self, snapshot: &Snapshot, to: &str) -> Result<bool, StoreError> {
        Ok(!self.to(snapshot, to, None, 1, |_| Ok(()))?.items.is_empty())
    }

    /// The other ends of the edges that begin at `from`.
    pub(crate) fn from<T>(
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
    pub(crate) fn to<T>(
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

fn mark(batch: &mut Batch, kind: &str, end: &str) {
    let random = getrandom::u64().expect("the system has randomness, or no TLS would start");
    batch.put(MARKS, key(kind, end), random.to_le_bytes().to_vec());
}

/// Requires that nobody attached anything to an end since this snapshot.
pub(crate) fn require_no_newer(
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
pub(crate) fn forget_end(
    batch: &mut Batch,
    snapshot: &Snapshot,
    kind: &str,
    end: &str,
) -> Result<(), StoreError> {
    require_no_newer(batch, snapshot, kind, end)?;
    batch.delete(MARKS, key(kind, end));
    Ok(())
}

pub(crate) fn policy_name(key: &str) -> Result<PolicyName, RecordError> {
    PolicyName::new(key).map_err(|_| RecordError::Key)
}
