//! Writes a frozen overlay to the settled tier, in the background and until it succeeds.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stdx::backoff::Backoff;

use crate::overlay::Overlay;
use crate::settled::{Settled, SettledError};
use crate::stats::Counters;
use crate::view::Sight;

/// A full disk is asked again soon, so that commits go on when there is space...
const FIRST_RETRY: Duration = Duration::from_millis(100);

/// ...but not so often that a broken one fills the log.
const MOST_RETRY: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct Checkpoints {
    settled: Arc<dyn Settled>,
    sight: Arc<Sight>,
    counters: Arc<Counters>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    frozen: Option<Frozen>,
    /// Why the last attempt at `frozen` failed.
    failure: Option<SettledError>,
    settled_through: u64,
    closing: bool,
}

#[derive(Clone, Debug)]
struct Frozen {
    overlay: Arc<Overlay>,
    through: u64,
}

impl Checkpoints {
    pub(crate) fn new(
        settled: Arc<dyn Settled>,
        sight: Arc<Sight>,
        counters: Arc<Counters>,
    ) -> Checkpoints {
        Checkpoints { settled, sight, counters, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Freezes the active overlay, which holds everything up to `through`. None may be frozen yet.
    pub(crate) fn begin(&self, through: u64) {
        let moment = self.sight.moment();
        let mut overlay = Arc::default();
        self.sight.rearrange(|view| {
            overlay = std::mem::take(&mut view.active);
            view.frozen = Some(Arc::clone(&overlay));
        });
        drop(moment);
        let mut state = self.lock();
        assert!(state.frozen.is_none(), "a checkpoint begins only when none is running");
        state.frozen = Some(Frozen { overlay, through });
        self.changed.notify_all();
    }

    pub(crate) fn is_running(&self) -> bool {
        self.lock().frozen.is_some()
    }

    /// Blocks until no overlay is frozen, or answers why that will take a while.
    pub(crate) fn wait(&self) -> Result<(), SettledError> {
        let state = self
            .changed
            .wait_while(self.lock(), |state| state.frozen.is_some() && state.failure.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        state.failure.clone().map_or(Ok(()), Err)
    }

    /// Everything up to here is in the settled tier, as far as this life of the store knows.
    pub(crate) fn settled_through(&self) -> u64 {
        self.lock().settled_through
    }

    /// Writes the frozen overlay, if there is one.
    pub(crate) fn attempt(&self) -> Result<(), SettledError> {
        let Some(Frozen { overlay, through }) = self.lock().frozen.clone() else { return Ok(()) };
        let mut count = 0;
        let outcome = overlay.settle(|entries| {
            let mut counted = entries.inspect(|_| count += 1).map(Ok);
            self.settled.settle(&mut counted, through)
        });
        match outcome {
            Ok(()) => self.finish(through, count),
            Err(error) => {
                tracing::warn!(%error, "a checkpoint failed and will be tried again");
                self.counters.checkpoints_failed.add(1);
                self.lock().failure = Some(error.clone());
                self.changed.notify_all();
                Err(error)
            }
        }
    }

    fn finish(&self, through: u64, entries: u64) -> Result<(), SettledError> {
        let settled = self.settled.view();
        self.sight.rearrange(|view| {
            view.frozen = None;
            view.settled = settled;
        });
        self.counters.checkpoints.add(1);
        self.counters.entries_settled.add(entries);
        let mut state = self.lock();
        state.frozen = None;
        state.failure = None;
        state.settled_through = through;
        self.changed.notify_all();
        Ok(())
    }

    /// Works until [`Checkpoints::close`]. What is not written by then is in the journal.
    pub(crate) fn run(&self) {
        let _farewell = Farewell(self);
        let mut backoff = Backoff::new(FIRST_RETRY, MOST_RETRY);
        while self.wait_for_work() {
            match self.attempt() {
                Ok(()) => backoff = Backoff::new(FIRST_RETRY, MOST_RETRY),
                Err(_) => self.pause(backoff.next_wait()),
            }
        }
    }

    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.changed.notify_all();
    }

    fn wait_for_work(&self) -> bool {
        let state = self
            .changed
            .wait_while(self.lock(), |state| state.frozen.is_none() && !state.closing)
            .unwrap_or_else(PoisonError::into_inner);
        !state.closing
    }

    fn pause(&self, longest: Duration) {
        let woken = self.changed.wait_timeout_while(self.lock(), longest, |state| !state.closing);
        drop(woken);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whatever ends the thread, the committer does not wait for it any longer.
struct Farewell<'a>(&'a Checkpoints);

impl Drop for Farewell<'_> {
    fn drop(&mut self) {
        self.0.lock().failure.get_or_insert(SettledError::Stopped);
        self.0.changed.notify_all();
    }
}
