//! Numbers for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the store was opened, and sizes as of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Batches that were committed.
    pub commits: u64,
    /// Batches whose preconditions did not hold.
    pub preconditions_failed: u64,
    /// Batches that a decision declined.
    pub declined: u64,
    /// Batches that failed for any other reason.
    pub commits_failed: u64,
    /// Changes within the committed batches.
    pub entries: u64,
    /// Journal records: commits / groups is how many shared one.
    pub groups: u64,
    pub syncs: u64,
    pub journal_bytes: u64,
    pub checkpoints: u64,
    pub checkpoints_failed: u64,
    /// Entries that checkpoints wrote to the settled tier.
    pub entries_settled: u64,
    /// Times that commits had to wait for a checkpoint.
    pub stalls: u64,
    pub queued_bytes: u64,
    pub overlay_bytes: u64,
    pub frozen_bytes: u64,
    pub snapshots: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What the committer and the checkpoints count.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) commits: Counter,
    pub(crate) preconditions_failed: Counter,
    pub(crate) declined: Counter,
    pub(crate) commits_failed: Counter,
    pub(crate) entries: Counter,
    pub(crate) groups: Counter,
    pub(crate) syncs: Counter,
    pub(crate) journal_bytes: Counter,
    pub(crate) checkpoints: Counter,
    pub(crate) checkpoints_failed: Counter,
    pub(crate) entries_settled: Counter,
    pub(crate) stalls: Counter,
}
