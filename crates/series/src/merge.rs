//! Segments of one day become fewer and larger.
//!
//! Those that stand side by side in the order of commits and are about as large are merged, some at
//! once: so each row is written again a few times only, however many there are. When its day is over,
//! what is left is merged too.

use std::collections::BTreeMap;

use bytes::Bytes;
use kv::{Batch, Snapshot};

use crate::carry::carry;
use crate::definition::DAY_NANOS;
use crate::error::SeriesError;
use crate::key::{DOOMED, SEGMENTS, segment_key};
use crate::pieces::{Slots, open, pieces, read_series};
use crate::segment::SegmentWriter;
use crate::settler::{NewSegment, Settler};
use crate::sources::{Body, Source, StoredSegment, chunks, segments};

/// A merge holds what it writes in memory. Larger ones are left as they are.
const MERGED_BYTES_MAX: u64 = 48 * 1024 * 1024;

/// Bytes below which segments are of one size, and how many of one size are worth a merge. Small ones are
/// written each minute and cost little to write again, but each has a footer in memory that names mostly the
/// same series. Larger ones wait for the end of their day: while much is written, nothing is to be written
/// again and again beside it.
const SIZES: [(u64, usize); 3] = [(64 * 1024, 4), (512 * 1024, 4), (4 * 1024 * 1024, 12)];

/// How many are merged at most.
const MERGE_MOST: usize = 24;

/// Late rows of a day still come for a while after its end.
const DAY_OVER_NANOS: i64 = 3_600_000_000_000;

type Known = (u64, StoredSegment);

impl Settler {
    pub(crate) async fn merge_some(&mut self) -> Result<bool, SeriesError> {
        while let Some(table) = self.to_merge.first().copied() {
            if self.merge(table, false).await? {
                return Ok(true);
            }
            self.to_merge.remove(&table);
        }
        Ok(false)
    }

    /// Does one merge of a table; answers whether there was any to do.
    pub(crate) async fn merge(
        &mut self,
        table: u32,
        at_any_rate: bool,
    ) -> Result<bool, SeriesError> {
        let snapshot = self.series.kv_snapshot();
        let mut days: BTreeMap<i64, Vec<Known>> = BTreeMap::new();
        for known in segments(&snapshot, table)? {
            days.entry(known.1.day).or_default().push(known);
        }
        let now = self.series.now_nanos();
        for (day, mut of_day) in days {
            of_day.sort_by_key(|(_, segment)| segment.place());
            let end = (day + 1).saturating_mul(DAY_NANOS);
            let is_over = at_any_rate || end.saturating_add(DAY_OVER_NANOS) < now;
            let Some(range) = choose(&of_day, is_over) else { continue };
            let is_all = is_over && range.len() == of_day.len();
            let is_settled = is_all && !has_chunks(&snapshot, table, day)?;
            return self.merge_these(&snapshot, table, &of_day[range], is_settled).await;
        }
        Ok(false)
    }

    /// With `is_settled` nothing else can have rows of their times.
    async fn merge_these(
        &self,
        snapshot: &Snapshot,
        table: u32,
        these: &[Known],
        is_settled: bool,
    ) -> Result<bool, SeriesError> {
        let mut sources = Vec::with_capacity(these.len());
        for (file, segment) in these {
            let body = Body::Segment(self.series.files.segment(*file)?);
            let StoredSegment { first, last, is_late, .. } = *segment;
            sources.push(Source { place: segment.place(), first, last, is_late, body });
        }
        let writer = merged(&sources, self.kept_from(snapshot, table)?)?;
        let is_late = !is_settled && sources.iter().any(|source| source.is_late);
        let (day, place) = (these[0].1.day, these[these.len() - 1].1.place());
        let mut batch = Batch::new();
        for (file, _) in these {
            batch.delete(SEGMENTS, segment_key(table, *file));
            batch.put_new(DOOMED, file.to_be_bytes(), Bytes::new());
        }
        let new = match writer.is_empty() {
            true => Vec::new(),
            false => vec![NewSegment { sealed: writer.seal(), day, is_late, place }],
        };
        let is_done = self.replace(table, new, batch).await;
        // Also if it is not known whether it is done: a snapshot of until now may name them.
        self.series.files.doom(these.iter().map(|(file, _)| *file));
        is_done
    }
}

fn merged(sources: &[Source], kept_from: i64) -> Result<SegmentWriter, SeriesError> {
    let slots = Slots::all(sources)?;
    let opened = sources.iter().map(|source| open(source, &slots, true));
    let opened = opened.collect::<Result<Vec<_>, SeriesError>>()?;
    let pieces = pieces(&opened, i64::MIN, i64::MAX, None)?;
    let mut order: Vec<_> = pieces.into_iter().collect();
    order.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let mut writer = SegmentWriter::new(slots.columns.clone());
    for (key, of_series) in order {
        if !carry(&opened, &of_series, &slots, kept_from, &mut writer)? {
            let strip = read_series(&opened, &of_series, &slots, kept_from, i64::MAX)?;
            writer.add_rows(&strip);
        }
        writer.end_series(&key);
    }
    Ok(writer)
}

/// Which segments of a day, in the order of commits, to merge: neighbours of about one size, as soon as they
/// are enough or no more fit.
fn choose(of_day: &[Known], is_over: bool) -> Option<std::ops::Range<usize>> {
    let rest = is_over.then_some((MERGED_BYTES_MAX, 2));
    for (most_bytes, least) in SIZES.into_iter().chain(rest) {
        let least = if is_over { 2 } else { least };
        for start in 0..of_day.len() {
            let (mut end, mut bytes, mut largest) = (start, 0, 0);
            let mut is_full = false;
            while end < of_day.len() && end - start < MERGE_MOST {
                let next = of_day[end].1.bytes;
                is_full = next < most_bytes && bytes + next > MERGED_BYTES_MAX;
                if next >= most_bytes || is_full {
                    break;
                }
                (bytes, largest) = (bytes + next, largest.max(next));
                end += 1;
            }
            let is_enough = end - start >= least || is_full;
            // Else a large one would be written again and again for small ones.
            if is_enough && end - start >= 2 && (is_over || bytes >= 2 * largest) {
                return Some(start..end);
            }
        }
    }
    None
}

fn has_chunks(snapshot: &Snapshot, table: u32, day: i64) -> Result<bool, SeriesError> {
    let start = day.saturating_mul(DAY_NANOS);
    let end = start.saturating_add(DAY_NANOS - 1);
    for entry in chunks(snapshot, table)? {
        let (_, chunk) = entry?;
        let head = crate::chunk::read(&chunk)?;
        if head.first <= end && head.last >= start {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(bytes: &[u64]) -> Vec<Known> {
        let segment = |bytes| StoredSegment {
            bytes,
            rows: 1,
            first: 0,
            last: 0,
            day: 0,
            is_late: false,
            committed: (1, 1),
        };
        bytes.iter().map(|bytes| (1, segment(*bytes))).collect()
    }

    #[test]
    fn small_neighbours_are_merged_first() {
        const MIB: u64 = 1024 * 1024;
        let many = |before: &[u64], bytes, count| day(&[before, &vec![bytes; count]].concat());
        assert_eq!(choose(&many(&[], 10, 3), false), None);
        assert_eq!(choose(&many(&[], 10, 4), false), Some(0..4));
        assert_eq!(choose(&many(&[40 * MIB], 10, 4), false), Some(1..5));
        assert_eq!(choose(&many(&[], MIB, 11), false), None);
        assert_eq!(choose(&many(&[], MIB, 12), false), Some(0..12));
        assert_eq!(choose(&many(&[30 * MIB], MIB, 4), false), None, "too few");
        assert_eq!(choose(&many(&[], 5 * MIB, 24), false), None, "the day goes on");
        let full = choose(&many(&[], 5 * MIB, 12), true);
        assert_eq!(full, Some(0..9), "more would be too large");
        assert_eq!(choose(&day(&[10, 10]), true), Some(0..2));
        assert_eq!(choose(&day(&[40 * MIB, 40 * MIB]), true), None);
    }

    /// A day of minutes, each a segment, leaves few, whatever their size and at any time; and what is
    /// written much of is not written again more often than once until its day is over.
    #[test]
    fn segments_do_not_pile_up_and_are_written_again_seldom() {
        for (bytes, most, again_most) in [(1_000, 20, 5.1), (100_000, 30, 2.4), (700_000, 130, 1.0)]
        {
            let (mut of_day, mut again) = (Vec::new(), 0);
            for minute in 0..24 * 60 {
                of_day.extend(day(&[bytes]));
                while let Some(range) = choose(&of_day, false) {
                    let merged = of_day[range.clone()].iter().map(|it| it.1.bytes).sum();
                    again += merged;
                    of_day.splice(range, day(&[merged]));
                }
                assert!(of_day.len() <= most, "{} after {minute} minutes", of_day.len());
            }
            let again = again as f64 / (bytes * 24 * 60) as f64;
            assert!(again <= again_most, "{again} of {bytes}");
        }
    }
}
