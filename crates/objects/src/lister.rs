//! What all lists share: prefixes, delimiters, and the way over keys.

use std::ops::Bound;

use bytes::Bytes;
use kv::{Direction, Range, Snapshot, Space};

use crate::error::ObjectsError;
use crate::key::{behind, object_key};

/// How many entries are looked at for one page, some ten milliseconds: a list of which almost nothing
/// is shown must not read the whole store for one answer.
pub(crate) const PASSED_MAX: usize = 10_000;

/// Which keys are listed, and which of them as one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Roll<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) delimiter: Option<&'a str>,
}

impl<'a> Roll<'a> {
    /// What a key is listed as, if not as itself: all up to the first delimiter behind the prefix.
    pub(crate) fn common<'k>(&self, key: &'k str) -> Option<&'k str> {
        let delimiter = self.delimiter.filter(|delimiter| !delimiter.is_empty())?;
        let rest = key.strip_prefix(self.prefix)?;
        let at = rest.find(delimiter)?;
        Some(&key[..self.prefix.len() + at + delimiter.len()])
    }

    /// The first key of the store that comes behind this name in the list.
    pub(crate) fn start(&self, bucket: u64, after: Option<&str>) -> Bound<Vec<u8>> {
        match after {
            Some(after) if after >= self.prefix => {
                let at = object_key(bucket, after);
                match self.common(after) {
                    Some(common) if common == after => past(&at),
                    _ => Bound::Excluded(at),
                }
            }
            _ => Bound::Included(object_key(bucket, self.prefix)),
        }
    }
}

/// Everything behind what begins so.
pub(crate) fn past(prefix: &[u8]) -> Bound<Vec<u8>> {
    behind(prefix).map_or(Bound::Excluded(prefix.to_vec()), Bound::Included)
}

pub(crate) fn range_from(
    snapshot: &Snapshot,
    space: Space,
    start: &Bound<Vec<u8>>,
) -> Result<Range, ObjectsError> {
    let start = start.as_ref().map(Vec::as_slice);
    Ok(snapshot.range(space, (start, Bound::Unbounded), Direction::Forward)?)
}

/// An entry whose key begins with the bucket and the prefix; nothing behind the last such.
pub(crate) fn inside(
    entry: Option<Result<(Bytes, Bytes), kv::ReadError>>,
    begin: &[u8],
) -> Result<Option<(Bytes, Bytes)>, ObjectsError> {
    match entry.transpose()? {
        Some((key, value)) if key.starts_with(begin) => Ok(Some((key, value))),
        _ => Ok(None),
    }
}
