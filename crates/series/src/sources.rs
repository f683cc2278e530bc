//! Where the rows of a table are at one moment: segments, and chunks that are not settled.

use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use kv::{Direction, Snapshot};
use records::{Record, decode};
use serde::{Deserialize, Serialize};

use crate::chunk;
use crate::error::SeriesError;
use crate::files::SegmentFiles;
use crate::key::{CHUNKS, Place, SEGMENTS, SETTLED, read_chunk_key, read_segment_key};
use crate::segment::Segment;
use crate::store::Series;

/// What is known of a segment without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredSegment {
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// The day that all of its rows are of, since 1970.
    pub(crate) day: i64,
    pub(crate) is_late: bool,
    /// Where its newest chunk was committed: record and position.
    pub(crate) committed: (u64, u32),
}

impl Record for StoredSegment {
    const VERSION: u8 = 1;
}

impl StoredSegment {
    pub(crate) fn place(&self) -> Place {
        Place(u128::from(self.committed.0) << 32 | u128::from(self.committed.1))
    }
}

pub(crate) fn committed(place: Place) -> (u64, u32) {
    ((place.0 >> 32) as u64, place.0 as u32)
}

/// Rows that were settled or written together.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: Place,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) is_late: bool,
    pub(crate) body: Body,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Segment(Arc<Segment>),
    Chunk(Bytes),
}

impl Source {
    pub(crate) fn overlaps(&self, from: i64, until: i64) -> bool {
        self.first <= until && self.last >= from
    }
}

/// A table's segments, by their files.
pub(crate) fn segments(
    snapshot: &Snapshot,
    table: u32,
) -> Result<Vec<(u64, StoredSegment)>, SeriesError> {
    let mut found = Vec::new();
    for entry in snapshot.scan(SEGMENTS, &table.to_be_bytes())? {
        let (key, value) = entry?;
        found.push((read_segment_key(&key)?.1, decode(&value)?));
    }
    Ok(found)
}

/// The chunks of a table that are not settled. It does not begin with the table's first key: a store
/// passes over entries that were deleted lately one by one.
pub(crate) fn chunks(snapshot: &Snapshot, table: u32) -> Result<kv::Range, SeriesError> {
    let prefix = table.to_be_bytes();
    let settled = snapshot.get(SETTLED, &prefix)?;
    let after = (u64::from(table) + 1).to_be_bytes();
    let start = match &settled {
        Some(key) => Bound::Excluded(&key[..]),
        None => Bound::Included(&prefix[..]),
    };
    Ok(snapshot.range(CHUNKS, (start, Bound::Excluded(&after[4..])), Direction::Forward)?)
}

/// All that may hold rows of the range, in the order of commits.
pub(crate) fn sources(
    snapshot: &Snapshot,
    files: &SegmentFiles,
    table: u32,
    from: i64,
    until: i64,
) -> Result<Vec<Source>, SeriesError> {
    let mut sources = Vec::new();
    for (file, segment) in segments(snapshot, table)? {
        if segment.first <= until && segment.last >= from {
            let body = Body::Segment(files.segment(file)?);
            let StoredSegment { first, last, is_late, .. } = segment;
            sources.push(Source { place: segment.place(), first, last, is_late, body });
        }
    }
    for entry in chunks(snapshot, table)? {
        let (key, bytes) = entry?;
        let head = chunk::read(&bytes)?;
        if head.first <= until && head.last >= from {
            let (first, last, is_late) = (head.first, head.last, head.is_late);
            let place = read_chunk_key(&key)?.1;
            sources.push(Source { place, first, last, is_late, body: Body::Chunk(bytes) });
        }
    }
    sources.sort_by_key(|source| source.place);
    Ok(sources)
}

impl Series {
    /// The newest time that a table has; `None` if it has no rows.
    pub(crate) fn newest_time(&self, table: u32) -> Result<Option<i64>, SeriesError> {
        let snapshot = self.kv_snapshot();
        let segments = segments(&snapshot, table)?;
        let mut newest = segments.iter().map(|(_, segment)| segment.last).max();
        for entry in chunks(&snapshot, table)? {
            newest = newest.max(Some(chunk::read(&entry?.1)?.last));
        }
        Ok(newest)
    }
}
