//! Work in the background: chunks become segments, segments are merged, and what is too old or was
//! deleted is taken away.
//!
//! A step does one bounded piece and says whether there may be more. What is on disk alone says what is
//! left, so a kill at any point costs nothing but the piece. A file is whole and synced before a record
//! names it; one that no record names is taken away at the start.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use kv::{Batch, CommitError};
use records::{StoreError, encode};

use crate::commit::hot_bytes;
use crate::error::SeriesError;
use crate::key::{CHUNKS, DOOMED, SEGMENTS, read_chunk_key, read_segment_key, segment_key};
use crate::segment::Sealed;
use crate::sources::{StoredSegment, committed};
use crate::store::{HOT_BYTES_MAX, SETTLE_BYTES, Series};

/// And the longest that a table's chunks wait for more.
const SETTLE_AFTER_MS: u64 = 60_000;

/// How often it is asked what is too old, or can be merged because its day is over.
const LOOK_AFTER_MS: u64 = 60_000;

/// There must be one only: it takes for granted that nobody else writes segments.
#[derive(Debug)]
pub struct Settler {
    pub(crate) series: Series,
    is_tidy: bool,
    looked_at: Option<u64>,
    /// Whether chunks were taken out of the store.
    has_settled: bool,
    /// Tables whose segments may be worth merging.
    pub(crate) to_merge: BTreeSet<u32>,
}

/// A segment that is to be written, and what is known of it.
pub(crate) struct NewSegment {
    pub(crate) sealed: Sealed,
    pub(crate) day: i64,
    pub(crate) is_late: bool,
    pub(crate) place: crate::key::Place,
}

impl Settler {
    pub fn new(series: Series) -> Settler {
        let (looked_at, to_merge) = (None, BTreeSet::new());
        Settler { series, is_tidy: false, looked_at, has_settled: false, to_merge }
    }

    /// Does a bounded piece of what is due, and answers whether there may be more. It works hard for
    /// some hundred milliseconds: give it a thread of its own.
    pub async fn step(&mut self) -> Result<bool, SeriesError> {
        let now = self.series.now();
        if !self.is_tidy {
            self.tidy()?;
            self.is_tidy = true;
            return Ok(true);
        }
        self.free().await?;
        if self.sweep().await? {
            return Ok(true);
        }
        if self.looked_at.is_none_or(|at| now.saturating_sub(at) >= LOOK_AFTER_MS) {
            self.looked_at = Some(now);
            self.expire().await?;
            return Ok(true);
        }
        if let Some(table) = self.due(now) {
            self.has_settled |= self.settle(table).await?;
            self.to_merge.insert(table);
            return Ok(true);
        }
        self.merge_some().await
    }

    /// Whether chunks were taken out of the store since this was asked last.
    pub fn has_settled(&mut self) -> bool {
        std::mem::take(&mut self.has_settled)
    }

    /// Waits until a step is worth taking at once: enough was written. Other work comes by time.
    pub async fn until_due(&self) {
        self.series.gate.due().await;
    }

    /// Settles everything that is written, however little it is. For tests, and before a copy of the
    /// directory is made.
    pub async fn settle_all(&mut self) -> Result<(), SeriesError> {
        if !self.is_tidy {
            self.tidy()?;
            self.is_tidy = true;
        }
        for table in self.hot_tables()? {
            while self.settle(table).await? {}
            self.to_merge.insert(table);
        }
        Ok(())
    }

    /// Merges all that may be merged, as if its day were over.
    pub async fn merge_all(&mut self) -> Result<(), SeriesError> {
        for table in std::mem::take(&mut self.to_merge) {
            while self.merge(table, true).await? {}
        }
        Ok(())
    }

    /// Counts what was left hot, and takes away files that nothing names.
    fn tidy(&mut self) -> Result<(), SeriesError> {
        let opened_at = &self.series.opened_at;
        let snapshot = opened_at.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(snapshot) = snapshot else { return Ok(()) };
        for entry in snapshot.scan(CHUNKS, b"")? {
            let (key, chunk) = entry?;
            let (table, _) = read_chunk_key(&key)?;
            let hot = hot_bytes(chunk.len());
            self.series.standings.memory(table).add_hot(hot, self.series.now());
            self.series.gate.add(hot);
        }
        let mut named = BTreeSet::new();
        for entry in snapshot.scan(SEGMENTS, b"")? {
            let (table, file) = read_segment_key(&entry?.0)?;
            named.insert(file);
            self.to_merge.insert(table);
        }
        for entry in snapshot.scan(DOOMED, b"")? {
            named.insert(doomed_file(&entry?.0)?);
        }
        for file in self.series.files.all()? {
            if !named.contains(&file) {
                self.series.files.remove(file)?;
            }
        }
        Ok(())
    }

    /// Takes away doomed files that no snapshot can name.
    async fn free(&self) -> Result<(), SeriesError> {
        let mut batch = Batch::new();
        for entry in self.series.kv_snapshot().scan(DOOMED, b"")? {
            let (key, _) = entry?;
            let file = doomed_file(&key)?;
            if self.series.files.is_free(file) {
                self.series.files.remove(file)?;
                batch.delete(DOOMED, key);
            }
        }
        self.commit(batch).await
    }

    /// The table that is due to be settled most.
    fn due(&self, now: u64) -> Option<u32> {
        use std::sync::atomic::Ordering::Acquire;
        let is_tight = self.series.gate.hot_bytes() >= HOT_BYTES_MAX / 2;
        let tables = self.series.standings.all().into_iter().filter_map(|(table, memory)| {
            let hot = memory.hot_bytes.load(Acquire);
            let age = now.saturating_sub(memory.hot_since.load(Acquire));
            let is_due = hot >= SETTLE_BYTES || is_tight || age >= SETTLE_AFTER_MS;
            (hot > 0 && is_due).then_some((hot, table))
        });
        tables.max().map(|(_, table)| table)
    }

    fn hot_tables(&self) -> Result<BTreeSet<u32>, SeriesError> {
        let mut tables = BTreeSet::new();
        for entry in self.series.kv_snapshot().scan(CHUNKS, b"")? {
            tables.insert(read_chunk_key(&entry?.0)?.0);
        }
        Ok(tables)
    }

    /// Writes files of segments, and then says so in the batch. If that fails they are taken away.
    pub(crate) async fn replace(
        &self,
        table: u32,
        new: Vec<NewSegment>,
        mut batch: Batch,
    ) -> Result<bool, SeriesError> {
        let mut files = Vec::with_capacity(new.len());
        for NewSegment { sealed, day, is_late, place } in new {
            let file = match self.series.files.write(&sealed.bytes) {
                Ok(file) => file,
                Err(error) => {
                    self.forget(&files);
                    return Err(error);
                }
            };
            files.push(file);
            let stored = StoredSegment {
                bytes: sealed.bytes.len() as u64,
                rows: sealed.rows,
                first: sealed.first,
                last: sealed.last,
                day,
                is_late,
                committed: committed(place),
            };
            batch.put_new(SEGMENTS, segment_key(table, file), encode(&stored));
        }
        match self.series.store().commit(batch).await {
            Ok(()) => Ok(true),
            Err(CommitError::PreconditionFailed { .. }) => {
                self.forget(&files);
                Ok(false)
            }
            // Whether it is committed may not be known: the next start sees which files are named.
            Err(error) => Err(StoreError::Commit(error).into()),
        }
    }

    /// Files that no record names. What cannot be taken away now is so at the next start.
    fn forget(&self, files: &[u64]) {
        for file in files {
            if let Err(error) = self.series.files.remove(*file) {
                tracing::warn!(?error, file, "a file of series that nothing names is left");
            }
        }
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), SeriesError> {
        let committed = self.series.store().commit(batch).await;
        committed.map_err(|error| StoreError::Commit(error).into())
    }
}

fn doomed_file(key: &[u8]) -> Result<u64, SeriesError> {
    let bytes = key.try_into().map_err(|_| records::RecordError::Key)?;
    Ok(u64::from_be_bytes(bytes))
}
