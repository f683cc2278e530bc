//! Batches that wait for the committer.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::batch::Batch;
use crate::ticket::Promise;

/// Beyond this the one who commits waits: memory is bounded, and order is kept. It is what a few
/// seconds of a stuck disk take at full rate, so nobody waits while the disk is sound.
const MOST_QUEUED_BYTES: usize = 64 * 1024 * 1024;

/// So that empty batches are bounded too.
const MOST_QUEUED: usize = 64 * 1024;

/// One record of the journal holds no more than this, or one batch: it bounds how long the first of
/// a group waits for the last, and how much a torn record loses.
const GROUP_BYTES: usize = 4 * 1024 * 1024;

/// How often the committer lets others go first, as long as they bring more each time.
const MOST_YIELDS: usize = 16;

#[derive(Debug)]
pub(crate) enum Request {
    Commit(Commit),
    /// The promise is kept when all that was committed before has settled.
    Checkpoint(Promise),
}

#[derive(Debug)]
pub(crate) struct Commit {
    pub(crate) batch: Batch,
    pub(crate) promise: Promise,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    filled: Condvar,
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    requests: VecDeque<Request>,
    bytes: usize,
    closed: bool,
    committer_sleeps: bool,
    /// Requests of the last group.
    last_group: usize,
}

impl Queue {
    /// Blocks while the queue is full. A request that comes after the end is dropped, which tells
    /// its ticket that the store is closed.
    pub(crate) fn push(&self, request: Request) {
        let mut waiting = self
            .emptied
            .wait_while(self.lock(), |waiting| waiting.is_full() && !waiting.closed)
            .unwrap_or_else(PoisonError::into_inner);
        if waiting.closed {
            return;
        }
        waiting.bytes += request.bytes();
        waiting.requests.push_back(request);
        if std::mem::take(&mut waiting.committer_sleeps) {
            self.filled.notify_one();
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.lock().is_full()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Waits for requests and takes a group of them; nothing once the queue is closed and empty.
    pub(crate) fn take_group(&self) -> Option<Vec<Request>> {
        let waiting = self
            .filled
            .wait_while(self.lock(), |waiting| {
                waiting.committer_sleeps = waiting.requests.is_empty() && !waiting.closed;
                waiting.committer_sleeps
            })
            .unwrap_or_else(PoisonError::into_inner);
        self.group(self.gather(waiting))
    }

    /// Where several came together last time, others are likely to be about to come: those whose
    /// answers have just gone out. Each that joins saves a sync. Nobody waits for them where there is
    /// one writer alone, or where a core is free for the rest.
    fn gather<'q>(&'q self, mut waiting: MutexGuard<'q, Waiting>) -> MutexGuard<'q, Waiting> {
        for _ in 0..MOST_YIELDS {
            let before = waiting.requests.len();
            if waiting.last_group < 2 || waiting.closed {
                break;
            }
            drop(waiting);
            std::thread::yield_now();
            waiting = self.lock();
            if waiting.requests.len() == before {
                break;
            }
        }
        waiting
    }

    /// Takes a group if anything waits.
    pub(crate) fn try_take_group(&self) -> Option<Vec<Request>> {
        self.group(self.lock())
    }

    /// No more requests from now on; those that wait may still be taken.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
        self.emptied.notify_all();
    }

    /// Drops what waits, which tells the tickets that the store is closed.
    pub(crate) fn abandon(&self) {
        self.close();
        let requests = std::mem::take(&mut self.lock().requests);
        drop(requests);
    }

    fn group(&self, mut waiting: MutexGuard<'_, Waiting>) -> Option<Vec<Request>> {
        let mut bytes = 0;
        let fits = |request: &&Request| {
            bytes += request.bytes();
            bytes <= GROUP_BYTES
        };
        let count = waiting.requests.iter().take_while(fits).count();
        let count = count.max(1).min(waiting.requests.len());
        let group: Vec<Request> = waiting.requests.drain(..count).collect();
        waiting.last_group = group.len();
        waiting.bytes -= group.iter().map(Request::bytes).sum::<usize>();
        drop(waiting);
        self.emptied.notify_all();
        (!group.is_empty()).then_some(group)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn is_full(&self) -> bool {
        self.bytes >= MOST_QUEUED_BYTES || self.requests.len() >= MOST_QUEUED
    }
}

impl Request {
    fn bytes(&self) -> usize {
        match self {
            Request::Commit(commit) => commit.batch.bytes(),
            Request::Checkpoint(_) => 0,
        }
    }
}
