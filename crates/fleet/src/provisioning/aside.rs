//! Work that takes long, on a thread of its own: a key of the kind that AWS gives takes a good part
//! of a second to find, and whoever waits for one must not hold up others.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

/// How much of it goes on at once. Devices that come when that much is under way are asked to come
/// again; more threads would not make the keys come sooner.
const AT_ONCE_MAX: usize = 8;

static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// Too much is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// Does the work on a thread of its own.
pub(crate) fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Aside<T>, Busy> {
    if UNDER_WAY.fetch_add(1, Ordering::AcqRel) >= AT_ONCE_MAX {
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
        return Err(Busy);
    }
    let shared = Arc::new(Mutex::new(Slot { outcome: None, waker: None }));
    let (slot, place) = (Arc::clone(&shared), Place);
    let started = thread::Builder::new().name("aside".to_owned()).spawn(move || {
        let outcome = work();
        drop(place);
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.outcome = Some(outcome);
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    });
    match started {
        Ok(_) => Ok(Aside(shared)),
        // The system has no thread for us, as if too much were under way. The place went with the
        // closure.
        Err(_) => Err(Busy),
    }
}

/// One of the places for work, given back when this is dropped.
struct Place;

impl Drop for Place {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Slot<T> {
    outcome: Option<T>,
    waker: Option<Waker>,
}

/// The outcome, to be awaited.
pub(crate) struct Aside<T>(Arc<Mutex<Slot<T>>>);

impl<T> Future for Aside<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match slot.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use stdx::task::block_on;

    use super::*;

    #[test]
    fn work_is_done_elsewhere() {
        let here = thread::current().id();
        let there = block_on(aside(|| thread::current().id()).expect("there is a place"));
        assert_ne!(here, there);
    }
}
