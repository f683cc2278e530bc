//! The store of logs, and the way of its writes.

use kv::{Present, Snapshot, Store};

use crate::error::LogsError;
use crate::key::{LAST, NUMBERS};

/// What a decision keeps and writes beside its values, about.
pub(crate) const DECISION_BYTES: usize = 1024;

/// Log groups. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Logs {
    store: Store,
}

impl Logs {
    pub fn new(store: Store) -> Logs {
        Logs { store }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    /// Decides at the commit, and answers when that is on disk.
    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        bytes: usize,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, LogsError> + Send + Sync + 'static,
    ) -> Result<T, LogsError> {
        records::decide(&self.store, DECISION_BYTES + bytes, decide).await
    }
}

/// A number that no group and no stream has.
pub(crate) fn next_number(present: &mut Present<'_>) -> Result<u64, LogsError> {
    let next = number_in(present.get(NUMBERS, LAST)?) + 1;
    present.put(NUMBERS, LAST, next.to_be_bytes().to_vec());
    Ok(next)
}

/// A number as it is stored; nothing was counted yet where there is none.
pub(crate) fn number_in(bytes: Option<bytes::Bytes>) -> u64 {
    bytes.and_then(|bytes| Some(u64::from_be_bytes(bytes[..].try_into().ok()?))).unwrap_or(0)
}
