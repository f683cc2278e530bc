//! The answer that a committer of a batch waits for.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::error::CommitError;

pub(crate) type Outcome = Result<(), CommitError>;

/// Resolves when the batch is committed, or says why it is not. A future, and for threads
/// [`Ticket::wait`]. The commit goes on if the ticket is dropped.
#[derive(Debug)]
#[must_use = "a batch is committed only when its ticket says so"]
pub struct Ticket(Answer);

#[derive(Debug)]
enum Answer {
    Known(Outcome),
    Awaited(Arc<Slot>),
}

/// Where the committer leaves the outcome.
#[derive(Debug, Default)]
struct Slot(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    #[default]
    Nobody,
    Asked(Waker),
    Answered(Outcome),
}

/// The committer's half. Dropped without an outcome, as when the committer panics, it answers that
/// the store is closed: nobody waits for ever.
#[derive(Debug)]
pub(crate) struct Promise(Option<Arc<Slot>>);

pub(crate) fn promise() -> (Promise, Ticket) {
    let slot = Arc::new(Slot::default());
    (Promise(Some(Arc::clone(&slot))), Ticket(Answer::Awaited(slot)))
}

impl Promise {
    pub(crate) fn keep(mut self, outcome: Outcome) {
        if let Some(slot) = self.0.take() {
            slot.answer(outcome);
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some(slot) = self.0.take() {
            slot.answer(Err(CommitError::Closed));
        }
    }
}

impl Slot {
    fn answer(&self, outcome: Outcome) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *state, State::Answered(outcome));
        drop(state);
        if let State::Asked(waker) = before {
            waker.wake();
        }
    }

    fn poll(&self, waker: &Waker) -> Poll<Outcome> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Answered(outcome) => return Poll::Ready(outcome.clone()),
            State::Asked(known) => known.clone_from(waker),
            State::Nobody => *state = State::Asked(waker.clone()),
        }
        Poll::Pending
    }
}

impl Ticket {
    pub(crate) fn known(outcome: Outcome) -> Ticket {
        Ticket(Answer::Known(outcome))
    }

    /// Blocks this thread until the outcome is known.
    pub fn wait(self) -> Outcome {
        let slot = match self.0 {
            Answer::Known(outcome) => return outcome,
            Answer::Awaited(slot) => slot,
        };
        let waker = this_thread();
        loop {
            if let Poll::Ready(outcome) = slot.poll(&waker) {
                return outcome;
            }
            thread::park();
        }
    }
}

impl Future for Ticket {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        match &self.0 {
            Answer::Known(outcome) => Poll::Ready(outcome.clone()),
            Answer::Awaited(slot) => slot.poll(context.waker()),
        }
    }
}

/// Wakes a parked thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

fn this_thread() -> Waker {
    thread_local! {
        static WAKER: Waker = Waker::from(Arc::new(Unpark(thread::current())));
    }
    WAKER.with(Waker::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiting_thread_is_woken_with_the_outcome() {
        let (promise, ticket) = promise();
        let waiter = thread::spawn(move || ticket.wait());
        promise.keep(Err(CommitError::DiskFull));
        let outcome = waiter.join().expect("the waiter does not panic");
        assert!(matches!(outcome, Err(CommitError::DiskFull)));
    }

    #[test]
    fn a_broken_promise_is_an_answer_too() {
        let (promise, ticket) = promise();
        drop(promise);
        assert!(matches!(ticket.wait(), Err(CommitError::Closed)));
    }

    #[test]
    fn a_future_is_pending_until_the_promise_is_kept() {
        let (promise, mut ticket) = promise();
        let mut context = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut ticket).poll(&mut context).is_pending());
        promise.keep(Ok(()));
        assert!(matches!(Pin::new(&mut ticket).poll(&mut context), Poll::Ready(Ok(()))));
    }
}
