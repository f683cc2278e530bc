//! What the broker counts.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only rises.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn increment(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What happened since the start.
#[derive(Debug, Default)]
pub struct Counters {
    pub connections: Counter,
    /// Connections that ended before their CONNECT was accepted.
    pub refused_connections: Counter,
    pub received: Counter,
    pub sent: Counter,
    /// Messages that a session was owed and did not get: its queue was full, or it did not keep up
    /// with messages that may be lost.
    pub dropped: Counter,
    pub failed_commits: Counter,
}
