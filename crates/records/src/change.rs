//! Counts changes, and tells them to those who want to know.

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll, Wake, Waker};

use kv::{CommitError, Ticket};

type Watcher<C> = Box<dyn Fn(&C) + Send + Sync>;

/// Counts changes and tells them.
pub(crate) struct Changes<C> {
    epoch: AtomicU64,
    watchers: RwLock<Vec<Watcher<C>>>,
}

impl<C> Changes<C> {
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    pub(crate) fn watch(&self, watcher: Watcher<C>) {
        self.watchers.write().unwrap_or_else(PoisonError::into_inner).push(watcher);
    }

    /// The epoch rises before and after. Before, so that who is told and looks does not find what
    /// was kept; after, so that what was read in between, of one who was not told yet, is not kept.
    fn tell(&self, changes: &[C]) {
        if changes.is_empty() {
            return;
        }
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.tell_each(changes);
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    fn tell_each(&self, changes: &[C]) {
        let watchers = self.watchers.read().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            for watcher in &*watchers {
                watcher(change);
            }
        }
    }
}

impl<C> Default for Changes<C> {
    fn default() -> Changes<C> {
        Changes { epoch: AtomicU64::new(0), watchers: RwLock::default() }
    }
}

impl<C> fmt::Debug for Changes<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("epoch", &self.epoch()).finish_non_exhaustive()
    }
}

/// A commit whose changes are told when it is done. If the caller stops waiting (its connection is
/// gone), they are told all the same: a revoked certificate must not stay in caches because the
/// administrator who revoked it hung up.
pub(crate) struct Telling<C: Send + 'static>(Option<Pending<C>>);

struct Pending<C> {
    ticket: Ticket,
    changes: Vec<C>,
    to: Arc<Changes<C>>,
}

impl<C: Send + 'static> Telling<C> {
    pub(crate) fn new(ticket: Ticket, changes: Vec<C>, to: &Arc<Changes<C>>) -> Telling<C> {
        Telling(Some(Pending { ticket, changes, to: Arc::clone(to) }))
    }
}

impl<C: Send + 'static> Unpin for Telling<C> {}

impl<C: Send + 'static> Future for Telling<C> {
    type Output = Result<(), CommitError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let pending = self.0.as_mut().expect("a future is not polled after it is done");
        let Poll::Ready(outcome) = pending.poll(context) else { return Poll::Pending };
        self.0 = None;
        Poll::Ready(outcome)
    }
}

impl<C: Send + 'static> Drop for Telling<C> {
    fn drop(&mut self) {
        if let Some(pending) = self.0.take() {
            Abandoned::start(pending);
        }
    }
}

impl<C> Pending<C> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), CommitError>> {
        let Poll::Ready(outcome) = Pin::new(&mut self.ticket).poll(context) else {
            return Poll::Pending;
        };
        if outcome.is_ok() {
            self.to.tell(&self.changes);
        }
        Poll::Ready(outcome)
    }
}

/// A commit that nobody waits for: it is its own waker, and whoever completes the commit tells the
/// changes.
struct Abandoned<C>(Mutex<Option<Pending<C>>>);

impl<C: Send + 'static> Abandoned<C> {
    fn start(pending: Pending<C>) {
        Arc::new(Abandoned(Mutex::new(Some(pending)))).step();
    }

    fn step(self: Arc<Self>) {
        let waker = Waker::from(Arc::clone(&self));
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome =
            pending.as_mut().map(|pending| pending.poll(&mut Context::from_waker(&waker)));
        if let Some(Poll::Ready(_)) = outcome {
            *pending = None;
        }
    }
}

impl<C: Send + 'static> Wake for Abandoned<C> {
    fn wake(self: Arc<Self>) {
        self.step();
    }
}
