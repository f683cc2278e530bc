//! Workers that are ready for another invocation, and how many may run at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use blueprints::{Function, Version};
use model::FunctionName;
use stdx::clock::UnixMillis;
use tokio::time::Instant;

use crate::invocation::Limit;
use crate::worker::Worker;

/// What workers have in common: a version of a function, as it was at one time.
type Key = (FunctionName, String);

#[derive(Debug)]
pub(crate) struct Pool {
    workers_max: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// The one that rested shortest is last, and gets the next invocation: so the others can end.
    idle: HashMap<Key, Vec<Resting>>,
    idle_count: usize,
    busy: HashMap<FunctionName, usize>,
    busy_count: usize,
    /// Rises when the workers of a function are to end.
    epochs: HashMap<FunctionName, u64>,
    all: Vec<Weak<Worker>>,
    is_closed: bool,
}

#[derive(Debug)]
struct Resting {
    worker: Arc<Worker>,
    since: Instant,
}

/// Room for one invocation, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    pool: Arc<Pool>,
    key: Key,
    epoch: u64,
}

/// What there is for an invocation.
#[derive(Debug)]
pub(crate) enum Found {
    Warm(Permit, Arc<Worker>),
    /// One is to be started.
    Cold(Permit),
    Throttled(Limit),
    Closed,
}

impl Pool {
    pub(crate) fn new(workers_max: usize) -> Pool {
        Pool { workers_max, inner: Mutex::default() }
    }

    /// A worker for this version, or the room for one.
    pub(crate) fn find(
        self: &Arc<Self>,
        function: &Function,
        version: &Version,
        now: UnixMillis,
    ) -> Found {
        let mut inner = self.inner();
        if inner.is_closed {
            return Found::Closed;
        }
        let busy = inner.busy.get(&function.name).copied().unwrap_or(0);
        if function.reserved_concurrency.is_some_and(|most| busy >= most as usize) {
            return Found::Throttled(Limit::Reserved);
        }
        if inner.busy_count >= self.workers_max {
            return Found::Throttled(Limit::Concurrent);
        }
        let key = (function.name.clone(), version.revision.clone());
        let warm = inner.take_idle(&key, now);
        if warm.is_none() && inner.busy_count + inner.idle_count >= self.workers_max {
            // Another function's worker makes room.
            inner.end_oldest();
        }
        *inner.busy.entry(function.name.clone()).or_default() += 1;
        inner.busy_count += 1;
        let epoch = inner.epochs.get(&function.name).copied().unwrap_or(0);
        let permit = Permit { pool: Arc::clone(self), key, epoch };
        match warm {
            Some(worker) => Found::Warm(permit, worker),
            None => Found::Cold(permit),
        }
    }

    /// Keeps a worker that is new.
    pub(crate) fn know(&self, worker: &Arc<Worker>) {
        let mut inner = self.inner();
        inner.all.retain(|known| known.strong_count() > 0);
        inner.all.push(Arc::downgrade(worker));
    }

    /// All workers that there are, at work or not.
    pub(crate) fn workers(&self) -> Vec<Arc<Worker>> {
        self.inner().all.iter().filter_map(Weak::upgrade).collect()
    }

    pub(crate) fn busy_count(&self) -> usize {
        self.inner().busy_count
    }

    /// Lets those rest deeply who rest for a while, and ends those who rest for too long.
    pub(crate) fn tidy(&self, freeze_after: Duration, end_after: Duration, now: UnixMillis) {
        let mut ended = Vec::new();
        let mut inner = self.inner();
        for resting in inner.idle.values_mut() {
            resting.retain(|one| {
                let age = one.since.elapsed();
                let is_over =
                    age >= end_after || one.worker.has_ended() || one.worker.retire_at <= now;
                if is_over {
                    ended.push(Arc::clone(&one.worker));
                } else if age >= freeze_after {
                    one.worker.freeze();
                }
                !is_over
            });
        }
        inner.idle.retain(|_, resting| !resting.is_empty());
        inner.idle_count -= ended.len();
        drop(inner);
        // Outside of the lock, as it takes a while.
        drop(ended);
    }

    /// The function changed or is gone: its workers end when they have done what they do. Those at rest are
    /// answered, and end when they are dropped.
    pub(crate) fn forget(&self, name: &FunctionName) -> Vec<Arc<Worker>> {
        let mut inner = self.inner();
        *inner.epochs.entry(name.clone()).or_default() += 1;
        let keys: Vec<Key> = inner.idle.keys().filter(|(of, _)| of == name).cloned().collect();
        let resting: Vec<Resting> =
            keys.iter().filter_map(|key| inner.idle.remove(key)).flatten().collect();
        inner.idle_count -= resting.len();
        drop(inner);
        resting.into_iter().map(|one| one.worker).collect()
    }

    /// No invocation begins from now on, and all workers end.
    pub(crate) fn close(&self) {
        let mut inner = self.inner();
        inner.is_closed = true;
        inner.idle.clear();
        inner.idle_count = 0;
        let all: Vec<Arc<Worker>> = inner.all.iter().filter_map(Weak::upgrade).collect();
        drop(inner);
        all.iter().for_each(|worker| worker.end());
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn take_idle(&mut self, key: &Key, now: UnixMillis) -> Option<Arc<Worker>> {
        let resting = self.idle.get_mut(key)?;
        let mut found = None;
        while let Some(one) = resting.pop() {
            self.idle_count -= 1;
            if !one.worker.has_ended() && one.worker.retire_at > now {
                found = Some(one.worker);
                break;
            }
        }
        if resting.is_empty() {
            self.idle.remove(key);
        }
        found
    }

    fn end_oldest(&mut self) {
        let first = |resting: &Vec<Resting>| resting.first().map(|one| one.since);
        let oldest = self.idle.iter().min_by_key(|(_, resting)| first(resting));
        let Some(key) = oldest.map(|(key, _)| key.clone()) else { return };
        if let Some(resting) = self.idle.get_mut(&key) {
            drop(resting.remove(0));
            self.idle_count -= 1;
            if resting.is_empty() {
                self.idle.remove(&key);
            }
        }
    }
}

impl Permit {
    /// The worker can have another invocation.
    pub(crate) fn give_back(self, worker: Arc<Worker>) {
        let mut inner = self.pool.inner();
        let epoch = inner.epochs.get(&self.key.0).copied().unwrap_or(0);
        if inner.is_closed || epoch != self.epoch {
            return;
        }
        inner.idle_count += 1;
        let resting = Resting { worker, since: Instant::now() };
        inner.idle.entry(self.key.clone()).or_default().push(resting);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut inner = self.pool.inner();
        inner.busy_count -= 1;
        if let Some(count) = inner.busy.get_mut(&self.key.0) {
            *count -= 1;
            if *count == 0 {
                inner.busy.remove(&self.key.0);
            }
        }
    }
}
