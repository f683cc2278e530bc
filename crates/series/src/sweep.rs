//! What is taken away: rows of deleted tables, and days that are too old.

use bytes::Bytes;
use kv::Batch;

use crate::commit::hot_bytes;
use crate::definition::DAY_NANOS;
use crate::error::SeriesError;
use crate::key::{CHUNKS, DOOMED, DROPPED, SEGMENTS, SETTLED, segment_key};
use crate::settle::retentions;
use crate::settler::Settler;
use crate::sources::segments;

/// Entries that one commit takes away.
const PIECE: usize = 1_000;

impl Settler {
    /// Takes away some of what a deleted table has left; with the last of it its mark goes.
    pub(crate) async fn sweep(&mut self) -> Result<bool, SeriesError> {
        let snapshot = self.series.kv_snapshot();
        let Some(dropped) = snapshot.scan(DROPPED, b"")?.next() else { return Ok(false) };
        let (key, _) = dropped?;
        let number = key[..].try_into().map_err(|_| records::RecordError::Key)?;
        let table = u32::from_be_bytes(number);
        let (mut batch, mut left, mut hot) = (Batch::new(), PIECE, 0);
        for entry in snapshot.scan(CHUNKS, &key)?.take(PIECE) {
            let (chunk_key, chunk) = entry?;
            hot += hot_bytes(chunk.len());
            batch.delete(CHUNKS, chunk_key);
            left -= 1;
        }
        let mut files = Vec::new();
        for (file, _) in segments(&snapshot, table)?.into_iter().take(left) {
            batch.delete(SEGMENTS, segment_key(table, file));
            batch.put_new(DOOMED, file.to_be_bytes(), Bytes::new());
            files.push(file);
        }
        let is_last = files.len() < left;
        if is_last {
            batch.delete(SETTLED, &key);
            batch.delete(DROPPED, key);
        }
        let done = self.commit(batch).await;
        self.series.files.doom(files);
        done?;
        self.series.standings.memory(table).settle_hot(hot, self.series.now());
        self.series.gate.settle(hot);
        if is_last {
            self.to_merge.remove(&table);
            self.series.standings.forget(table);
        }
        Ok(true)
    }

    /// Takes away segments of days that no table keeps, and looks which may be merged.
    pub(crate) async fn expire(&mut self) -> Result<(), SeriesError> {
        let snapshot = self.series.kv_snapshot();
        let now = self.series.now_nanos();
        let (mut batch, mut files) = (Batch::new(), Vec::new());
        for (table, retention) in retentions(&snapshot)? {
            let kept_from = retention.kept_from(now);
            for (file, segment) in segments(&snapshot, table)? {
                self.to_merge.insert(table);
                if (segment.day + 1).saturating_mul(DAY_NANOS) <= kept_from {
                    batch.delete(SEGMENTS, segment_key(table, file));
                    batch.put_new(DOOMED, file.to_be_bytes(), Bytes::new());
                    files.push(file);
                }
            }
        }
        let done = self.commit(batch).await;
        self.series.files.doom(files);
        done
    }
}
