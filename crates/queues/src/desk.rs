//! What a queue remembers in memory: where its first message may be, who is about to take which, and
//! who waits for one. All of it may be forgotten at any moment.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kv::{Direction, Store};
use records::RecordError;
use stdx::clock::UnixMillis;
use tokio::sync::Notify;

use crate::error::QueueError;
use crate::key::{WAITING, parts_of_waiting, waiting_key};

#[derive(Debug, Default)]
pub(crate) struct Desks(Mutex<HashMap<u64, Arc<Desk>>>);

#[derive(Debug)]
pub(crate) struct Desk {
    number: u64,
    line: Mutex<Line>,
    pub(crate) filled: Notify,
}

#[derive(Debug, Default)]
struct Line {
    /// Nothing waits for a moment before this, and nothing will.
    from: UnixMillis,
    /// What somebody is about to take.
    claimed: HashSet<Vec<u8>>,
    /// The moments for which something is about to be written, and how often.
    coming: BTreeMap<UnixMillis, usize>,
}

/// What was found for one receiver. Nobody else gets it until this is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    desk: Arc<Desk>,
    /// Keys of what waits.
    pub(crate) keys: Vec<Vec<u8>>,
    /// When the next is due, if nothing was found.
    pub(crate) due_at: Option<UnixMillis>,
}

/// The promise that something will be written for a moment, or not at all. Until it is dropped no
/// receiver looks further ahead than that.
#[derive(Debug)]
pub(crate) struct Coming {
    desk: Arc<Desk>,
    pub(crate) at: UnixMillis,
}

impl Desks {
    pub(crate) fn of(&self, number: u64) -> Arc<Desk> {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(desks.entry(number).or_insert_with(|| Arc::new(Desk::new(number))))
    }

    /// The queue is no more: whoever waits at its desk is to look anew.
    pub(crate) fn close(&self, number: u64) {
        let desk = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        if let Some(desk) = desk {
            desk.filled.notify_waiters();
        }
    }
}

impl Desk {
    fn new(number: u64) -> Desk {
        Desk { number, line: Mutex::default(), filled: Notify::new() }
    }

    /// Announces that something is about to be written for this moment, or for the first that is
    /// still to come: clocks may be set back.
    pub(crate) fn announce(self: &Arc<Self>, at: UnixMillis) -> Coming {
        let mut line = self.line();
        let at = at.max(line.from);
        *line.coming.entry(at).or_default() += 1;
        Coming { desk: Arc::clone(self), at }
    }

    /// Up to `most` that are due and that nobody else is about to take.
    pub(crate) fn claim(
        self: &Arc<Self>,
        store: &Store,
        now: UnixMillis,
        most: usize,
    ) -> Result<Claim, QueueError> {
        let mut line = self.line();
        let lower = waiting_key(self.number, line.from, b"");
        let upper = waiting_key(self.number + 1, 0, b"");
        let range = (Bound::Included(&lower[..]), Bound::Excluded(&upper[..]));
        // Behind the lock, so that it shows whatever is no longer announced.
        let waiting = store.snapshot().range(WAITING, range, Direction::Forward)?;
        let (mut keys, mut first, mut due_at) = (Vec::new(), None, None);
        for found in waiting {
            let (key, _) = found?;
            let (at, _) = parts_of_waiting(&key).ok_or(RecordError::Key)?;
            if at > now {
                due_at = Some(at);
                break;
            }
            first.get_or_insert(at);
            if !line.claimed.contains(&key[..]) {
                keys.push(key.to_vec());
            }
            if keys.len() == most {
                break;
            }
        }
        let coming = line.coming.keys().next().copied().unwrap_or(now);
        line.from = line.from.max(first.unwrap_or(now).min(coming));
        line.claimed.extend(keys.iter().cloned());
        Ok(Claim { desk: Arc::clone(self), keys, due_at })
    }

    /// Wakes as many who wait as there is something new for.
    pub(crate) fn tell(&self, count: usize) {
        (0..count).for_each(|_| self.filled.notify_one());
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut line = self.desk.line();
        for key in &self.keys {
            line.claimed.remove(key);
        }
    }
}

impl Coming {
    /// Wakes one who waits.
    pub(crate) fn tell(&self) {
        self.desk.tell(1);
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let mut line = self.desk.line();
        if let Some(count) = line.coming.get_mut(&self.at) {
            *count -= 1;
            if *count == 0 {
                line.coming.remove(&self.at);
            }
        }
    }
}
