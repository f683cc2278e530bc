//! Which functions have events that wait, and how many: what bounds them, and wakes who works them off.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kv::{Direction, Store};
use records::StoreError;
use tokio::sync::Notify;

use crate::error::BlueprintError;
use crate::key::EVENTS;

/// A function that is throttled for an hour must not stop those who send it three events a second.
pub(crate) const EVENTS_PER_FUNCTION_MAX: usize = 100_000;
/// What a small machine's disk can spare.
const BYTES_MAX: usize = 1024 * 1024 * 1024;

#[derive(Debug, Default)]
pub(crate) struct EventLines {
    counts: Mutex<Counts>,
    /// Rung when an event was put.
    pub(crate) bell: Notify,
}

#[derive(Debug, Default)]
struct Counts {
    functions: BTreeMap<String, usize>,
    bytes: usize,
}

impl EventLines {
    /// After counting what is in the store.
    pub(crate) fn open(store: &Store) -> Result<EventLines, StoreError> {
        let lines = EventLines::default();
        for stored in store.range(EVENTS, .., Direction::Forward)? {
            let (key, value) = stored?;
            let name = key.split(|byte| *byte == 0).next().unwrap_or_default();
            let name = std::str::from_utf8(name).map_err(|_| records::RecordError::Key)?;
            lines.add(name, value.len());
        }
        Ok(lines)
    }

    /// Takes room for an event.
    pub(crate) fn reserve(&self, name: &str, bytes: usize) -> Result<(), BlueprintError> {
        let mut counts = self.lock();
        let of_function = counts.functions.get(name).copied().unwrap_or(0);
        if of_function >= EVENTS_PER_FUNCTION_MAX || counts.bytes + bytes > BYTES_MAX {
            return Err(BlueprintError::EventsFull { most: EVENTS_PER_FUNCTION_MAX });
        }
        counts.add(name, bytes);
        Ok(())
    }

    pub(crate) fn add(&self, name: &str, bytes: usize) {
        self.lock().add(name, bytes);
    }

    pub(crate) fn leave(&self, name: &str, bytes: usize) {
        let mut counts = self.lock();
        counts.bytes = counts.bytes.saturating_sub(bytes);
        let Some(count) = counts.functions.get_mut(name) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.functions.remove(name);
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.lock().functions.keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn add(&mut self, name: &str, bytes: usize) {
        *self.functions.entry(name.to_owned()).or_default() += 1;
        self.bytes += bytes;
    }
}
