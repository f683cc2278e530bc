//! Chunks become segments: one for each day that they have rows of.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use kv::{Batch, Expect, Snapshot};
use timesql::Stored;

use crate::catalog::named;
use crate::commit::hot_bytes;
use crate::definition::{DAY_NANOS, Retention};
use crate::error::SeriesError;
use crate::key::{CHUNKS, Place, SETTLED, TABLES, read_chunk_key};
use crate::pieces::{Slots, open, pieces, read_series};
use crate::resolve::clip;
use crate::segment::SegmentWriter;
use crate::settler::{NewSegment, Settler};
use crate::sources::{self, Body, Source};
use crate::store::SETTLE_BYTES;
use crate::strip::Strip;

/// What is settled at once: how many chunks, since their deletions are one batch.
const CHUNKS_MAX: usize = 64 * 1024;

impl Settler {
    /// Settles the oldest chunks of a table; answers whether there were any.
    pub(crate) async fn settle(&mut self, table: u32) -> Result<bool, SeriesError> {
        let snapshot = self.series.kv_snapshot();
        let memory = self.series.standings.memory(table);
        let (keys, sources, hot) = chunks(&snapshot, table)?;
        let Some(newest) = sources.last().map(|source| source.place) else {
            // What was counted for chunks whose commits failed.
            let counted = memory.hot_bytes.load(Ordering::Acquire);
            memory.settle_hot(counted, self.series.now());
            self.series.gate.settle(counted);
            return Ok(false);
        };
        let kept_from = self.kept_from(&snapshot, table)?;
        let is_late = sources.iter().any(|source| source.is_late);
        let days = days_of(&sources, kept_from)?;
        let mut batch = Batch::new();
        // A table that was deleted meanwhile may have lost them.
        batch.require(CHUNKS, &keys[0], Expect::Present);
        for key in &keys {
            batch.delete(CHUNKS, key);
        }
        batch.put(SETTLED, table.to_be_bytes(), keys[keys.len() - 1].clone());
        let new = days.into_iter().map(|(day, writer)| NewSegment {
            sealed: writer.seal(),
            day,
            is_late,
            place: newest,
        });
        if self.replace(table, new.collect(), batch).await? {
            memory.settle_hot(hot, self.series.now());
            self.series.gate.settle(hot);
        }
        Ok(true)
    }

    /// Rows before this are not worth keeping; all are, if the table is gone and its rows will be.
    pub(crate) fn kept_from(&self, snapshot: &Snapshot, table: u32) -> Result<i64, SeriesError> {
        let retention = retentions(snapshot)?.remove(&table);
        let now = self.series.now_nanos();
        Ok(retention.map_or(i64::MIN, |retention| retention.kept_from(now)))
    }
}

/// How long each table keeps its rows.
pub(crate) fn retentions(snapshot: &Snapshot) -> Result<BTreeMap<u32, Retention>, SeriesError> {
    let mut retentions = BTreeMap::new();
    for entry in snapshot.scan(TABLES, b"")? {
        let (key, value) = entry?;
        let table = named(&String::from_utf8_lossy(&key), &value)?;
        retentions.insert(table.number, table.retention);
    }
    Ok(retentions)
}

type Chunks = (Vec<bytes::Bytes>, Vec<Source>, u64);

fn chunks(snapshot: &Snapshot, table: u32) -> Result<Chunks, SeriesError> {
    let (mut keys, mut sources, mut hot) = (Vec::new(), Vec::new(), 0);
    for entry in sources::chunks(snapshot, table)? {
        let (key, chunk) = entry?;
        let place: Place = read_chunk_key(&key)?.1;
        let head = crate::chunk::read(&chunk)?;
        let (first, last, is_late) = (head.first, head.last, head.is_late);
        hot += hot_bytes(chunk.len());
        sources.push(Source { place, first, last, is_late, body: Body::Chunk(chunk) });
        keys.push(key);
        if hot >= SETTLE_BYTES || keys.len() >= CHUNKS_MAX {
            break;
        }
    }
    Ok((keys, sources, hot))
}

fn days_of(
    sources: &[Source],
    kept_from: i64,
) -> Result<BTreeMap<i64, SegmentWriter>, SeriesError> {
    let slots = Slots::all(sources)?;
    let opened = sources.iter().map(|source| open(source, &slots, true));
    let opened = opened.collect::<Result<Vec<_>, SeriesError>>()?;
    let pieces = pieces(&opened, i64::MIN, i64::MAX, None)?;
    let mut order: Vec<_> = pieces.into_iter().collect();
    order.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let types = slots.types();
    let mut days = BTreeMap::new();
    for (key, of_series) in order {
        let strip = read_series(&opened, &of_series, &slots, kept_from, i64::MAX)?;
        for (day, strip) in by_day(strip, &types) {
            let new = || SegmentWriter::new(slots.columns.clone());
            let writer = days.entry(day).or_insert_with(new);
            writer.add_rows(&strip);
            writer.end_series(&key);
        }
    }
    Ok(days)
}

fn by_day(strip: Strip, types: &[Stored]) -> Vec<(i64, Strip)> {
    let day = |time: &i64| time.div_euclid(DAY_NANOS);
    let (Some(first), Some(last)) = (strip.times.first().map(day), strip.times.last().map(day))
    else {
        return Vec::new();
    };
    if first == last {
        return vec![(first, strip)];
    }
    let mut days: Vec<i64> = strip.times.iter().map(day).collect();
    days.dedup();
    let of_day = |of: i64| {
        let start = of.saturating_mul(DAY_NANOS);
        clip(strip.clone(), start, start.saturating_add(DAY_NANOS - 1), types)
    };
    days.into_iter().map(|day| (day, of_day(day))).collect()
}
