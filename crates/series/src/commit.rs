//! How a chunk gets into a batch.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use kv::{Batch, Declined, Present};
use records::decode;

use crate::chunk;
use crate::definition::StoredTable;
use crate::error::SeriesError;
use crate::frontier::Frontier;
use crate::key::{CHUNKS, TABLES, chunk_key, table_key};
use crate::rows::Rows;
use crate::standing::Standing;
use crate::store::{DECISION_BYTES, HOT_BYTES_MAX, SETTLE_BYTES, Series};

/// Whose batch it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Ours: it may decline.
    Own,
    /// Somebody else's: a decision in it must never decline.
    Joined,
}

/// What the decision finds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gone(Arc<AtomicBool>);

impl Gone {
    /// The table was deleted before the commit.
    pub(crate) fn is_gone(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Series {
    /// Adds the rows as one chunk.
    pub(crate) fn join_chunk(
        &self,
        batch: &mut Batch,
        table: &Standing,
        rows: &Rows<'_>,
        is_late: bool,
        fate: Fate,
    ) -> Gone {
        let bytes = Bytes::from(chunk::encode(rows, is_late));
        let (table, gone, now) = (table.clone(), Gone::default(), self.now());
        let (gate, answer) = (Arc::clone(&self.gate), gone.clone());
        batch.decide_by(DECISION_BYTES + bytes.len(), move |present| {
            if !is_there(present, &table)? {
                answer.0.store(true, Ordering::Release);
                return if fate == Fate::Own { Err(Declined::ByChoice) } else { Ok(()) };
            }
            let hot = hot_bytes(bytes.len());
            let before = table.0.memory.add_hot(hot, now);
            gate.add(hot);
            let is_full = before < SETTLE_BYTES && before + hot >= SETTLE_BYTES;
            if is_full || gate.hot_bytes() >= HOT_BYTES_MAX / 2 {
                gate.tell_due();
            }
            let key = chunk_key(table.table().number, present.sequence());
            present.put_new(CHUNKS, key, bytes);
            Ok(())
        });
        gone
    }

    /// The newest times of a table's series. After a start nothing is known but the newest of all.
    pub(crate) fn frontier<'t>(
        &self,
        table: &'t Standing,
    ) -> Result<MutexGuard<'t, Frontier>, SeriesError> {
        let cell = &table.0.memory.frontier;
        if cell.get().is_none() {
            let floor = self.newest_time(table.table().number)?;
            // Another may have been first, and read the same or more.
            cell.set(Mutex::new(Frontier::above(floor))).ok();
        }
        let frontier = cell.get().expect("it was just set");
        Ok(frontier.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a chunk counts for: with what its entry takes in memory.
pub(crate) const fn hot_bytes(chunk: usize) -> u64 {
    const ENTRY_BYTES: u64 = 128;
    chunk as u64 + ENTRY_BYTES
}

/// Asked at the commit: whether the table that the rows were planned for is still there.
fn is_there(present: &mut Present<'_>, table: &Standing) -> Result<bool, Declined> {
    if !table.0.memory.is_suspect.load(Ordering::Acquire) {
        return Ok(true);
    }
    let definition = table.table();
    let key = table_key(definition.database.as_str(), definition.name.as_str());
    let Some(bytes) = present.get(TABLES, key.as_bytes())? else { return Ok(false) };
    let stored: Result<StoredTable, _> = decode(&bytes);
    Ok(stored.is_ok_and(|stored| stored.number == definition.number))
}
