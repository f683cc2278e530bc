//! The answer that a committer of a batch waits for.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
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
    /// A thread stands still for it. It is never left to a herald, whom it might hold up.
    Parked(Thread),
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
    pub(crate) fn keep(self, outcome: Outcome) {
        if let Some(waker) = self.answer(outcome) {
            waker.wake();
        }
    }

    /// Gives the outcome; what is left to do is to wake the task that waits for it, if one does.
    #[must_use = "nobody else wakes who waits"]
    pub(crate) fn answer(mut self, outcome: Outcome) -> Option<Waker> {
        self.0.take().and_then(|slot| slot.answer(outcome))
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        let answered = self.0.take().and_then(|slot| slot.answer(Err(CommitError::Closed)));
        if let Some(waker) = answered {
            waker.wake();
        }
    }
}

impl Slot {
    fn answer(&self, outcome: Outcome) -> Option<Waker> {
        match std::mem::replace(&mut *self.lock(), State::Answered(outcome)) {
            State::Asked(waker) => Some(waker),
            State::Parked(thread) => {
                thread.unpark();
                None
            }
            State::Nobody | State::Answered(_) => None,
        }
    }

    fn poll(&self, waker: &Waker) -> Poll<Outcome> {
        let mut state = self.lock();
        match &mut *state {
            State::Answered(outcome) => return Poll::Ready(outcome.clone()),
            State::Asked(known) => known.clone_from(waker),
            State::Nobody | State::Parked(_) => *state = State::Asked(waker.clone()),
        }
        Poll::Pending
    }

    /// The outcome, if it is known; else this thread will be unparked when it is.
    fn ask(&self) -> Option<Outcome> {
        let mut state = self.lock();
        match &*state {
            State::Answered(outcome) => return Some(outcome.clone()),
            State::Parked(_) => {}
            State::Nobody | State::Asked(_) => *state = State::Parked(thread::current()),
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        loop {
            if let Some(outcome) = slot.ask() {
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
    fn a_thread_is_woken_at_once_and_a_task_is_left_to_the_caller() {
        let (kept, ticket) = promise();
        let (began, begun) = std::sync::mpsc::sync_channel(1);
        let waiter = thread::spawn(move || {
            began.send(()).expect("somebody listens");
            ticket.wait()
        });
        begun.recv().expect("it begins");
        assert!(kept.answer(Ok(())).is_none());
        assert!(waiter.join().expect("the waiter does not panic").is_ok());

        let (kept, mut ticket) = promise();
        let mut context = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut ticket).poll(&mut context).is_pending());
        assert!(kept.answer(Ok(())).is_some());
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
