//! How tables stand: their definitions as they were read, and what is remembered of their rows.
//!
//! A definition is decided at a commit and is visible a little later. What is read in between must
//! not be kept for good: a decision leaves a mark, and as long as what is stored is what was there
//! before it, nothing is kept. A change that failed leaves its mark, which costs a read each time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use bytes::Bytes;

use crate::definition::Table;
use crate::flights::Flights;
use crate::frontier::Frontier;
use crate::schema::Schema;

/// A table as it was when it was looked up, and what is remembered of it.
#[derive(Clone, Debug)]
pub struct Standing(pub(crate) Arc<Known>);

#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) table: Table,
    pub(crate) memory: Arc<Memory>,
}

/// What is remembered of a table, by its number. Nothing of it is the only holder of a truth.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// A decision took the table away, or tried to.
    pub(crate) is_suspect: AtomicBool,
    pub(crate) frontier: OnceLock<Mutex<Frontier>>,
    pub(crate) schema: RwLock<Option<Arc<Schema>>>,
    /// Of chunks that were written and are not settled.
    pub(crate) hot_bytes: AtomicU64,
    /// When the first of them was written.
    pub(crate) hot_since: AtomicU64,
    /// Records that are being written.
    pub(crate) flights: Flights,
}

#[derive(Debug)]
enum Entry {
    Trusted(Standing),
    /// What was stored before the decision.
    Suspect(Option<Bytes>),
}

#[derive(Debug, Default)]
pub(crate) struct Standings {
    entries: RwLock<HashMap<String, Entry>>,
    memories: Mutex<HashMap<u32, Arc<Memory>>>,
}

impl Standing {
    pub fn table(&self) -> &Table {
        &self.0.table
    }
}

impl Standings {
    pub(crate) fn trusted(&self, key: &str) -> Option<Standing> {
        match self.entries.read().unwrap_or_else(PoisonError::into_inner).get(key) {
            Some(Entry::Trusted(standing)) => Some(standing.clone()),
            Some(Entry::Suspect(_)) | None => None,
        }
    }

    /// Keeps what was read, unless it may be about to change.
    pub(crate) fn read(&self, key: &str, bytes: &Bytes, table: Table) -> Standing {
        let memory = self.memory(table.number);
        let standing = Standing(Arc::new(Known { table, memory }));
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        match entries.get(key) {
            Some(Entry::Suspect(before)) if before.as_ref() == Some(bytes) => {}
            Some(_) | None => {
                entries.insert(key.to_owned(), Entry::Trusted(standing.clone()));
            }
        }
        standing
    }

    /// Called by the decision that changes a definition.
    pub(crate) fn decided(&self, key: &str, before: Option<Bytes>) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.insert(key.to_owned(), Entry::Suspect(before));
    }

    pub(crate) fn memory(&self, number: u32) -> Arc<Memory> {
        Arc::clone(self.memories().entry(number).or_default())
    }

    /// All that are remembered, by their numbers.
    pub(crate) fn all(&self) -> Vec<(u32, Arc<Memory>)> {
        self.memories().iter().map(|(number, memory)| (*number, Arc::clone(memory))).collect()
    }

    pub(crate) fn forget(&self, number: u32) {
        self.memories().remove(&number);
    }

    fn memories(&self) -> MutexGuard<'_, HashMap<u32, Arc<Memory>>> {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Answers how much was hot before.
    pub(crate) fn add_hot(&self, bytes: u64, now: u64) -> u64 {
        let before = self.hot_bytes.fetch_add(bytes, Ordering::AcqRel);
        if before == 0 {
            self.hot_since.store(now, Ordering::Release);
        }
        before
    }

    pub(crate) fn settle_hot(&self, bytes: u64, now: u64) {
        let settle = |hot: u64| Some(hot.saturating_sub(bytes));
        // The function always answers something.
        self.hot_bytes.fetch_update(Ordering::AcqRel, Ordering::Acquire, settle).ok();
        self.hot_since.store(now, Ordering::Release);
    }
}
