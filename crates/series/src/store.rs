//! The handle of all series, and the way of changes that are decided at their commit.

use std::sync::{Arc, Mutex};

use kv::{Disk, Present, Snapshot, Store};
use model::Home;
use stdx::clock::{Clock, UnixMillis};

use crate::error::SeriesError;
use crate::files::SegmentFiles;
use crate::gate::Gate;
use crate::key::{LAST, NUMBERS};
use crate::standing::Standings;

/// What a decision keeps and writes beside its values, about.
pub(crate) const DECISION_BYTES: usize = 1024;

/// Hot chunks of all tables: about what a restart must read to settle, and twice the least that is
/// worth settling for each of a few busy tables. Beyond it, writers wait.
pub(crate) const HOT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Chunks of a table that are worth settling: about a million rows, which are a page of each of a thousand
/// series. What is settled at once is held in memory, packed and unpacked.
pub(crate) const SETTLE_BYTES: u64 = 28 * 1024 * 1024;

/// All time series of one store. Cheap to clone; every clone is the same.
#[derive(Clone, Debug)]
pub struct Series {
    store: Store,
    home: Arc<Home>,
    clock: Clock,
    /// Apart from the store: decisions hold them, and must not be the last to hold a store.
    pub(crate) standings: Arc<Standings>,
    pub(crate) files: Arc<SegmentFiles>,
    pub(crate) gate: Arc<Gate>,
    /// What was there when the store was opened: the settler counts it and lets go of it.
    pub(crate) opened_at: Arc<Mutex<Option<Snapshot>>>,
}

impl Series {
    /// Reads the names of the segments' files, and no data.
    pub fn open(
        store: Store,
        disk: Arc<dyn Disk>,
        home: Home,
        clock: Clock,
    ) -> Result<Series, SeriesError> {
        let files = Arc::new(SegmentFiles::open(disk)?);
        let (standings, gate) = (Arc::default(), Arc::default());
        let opened_at = Arc::new(Mutex::new(Some(store.snapshot())));
        Ok(Series { store, home: Arc::new(home), clock, standings, files, gate, opened_at })
    }

    pub fn home(&self) -> &Home {
        &self.home
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    pub(crate) fn now_nanos(&self) -> i64 {
        nanos(self.clock.now())
    }

    pub(crate) fn kv_snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    /// Decides at the commit, and answers when that is on disk.
    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        bytes: usize,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, SeriesError> + Send + Sync + 'static,
    ) -> Result<T, SeriesError> {
        records::decide(&self.store, DECISION_BYTES + bytes, decide).await
    }
}

pub(crate) fn nanos(millis: UnixMillis) -> i64 {
    i64::try_from(millis).unwrap_or(i64::MAX).saturating_mul(1_000_000)
}

/// A number that no table has had.
pub(crate) fn next_number(present: &mut Present<'_>) -> Result<u32, SeriesError> {
    let last = present.get(NUMBERS, LAST)?;
    let last = last.and_then(|bytes| Some(u32::from_be_bytes(bytes[..].try_into().ok()?)));
    let next = last.unwrap_or(0) + 1;
    present.put(NUMBERS, LAST, next.to_be_bytes().to_vec());
    Ok(next)
}
