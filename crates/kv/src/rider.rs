//! Entries that ride along with whatever a piece of work commits.
//!
//! Who calls something that makes a thing, and may be killed at any moment, cannot know afterwards whether the
//! thing is of its making. So it gives its call a rider: an entry that is part of each batch that the call
//! commits. It is there then if, and only if, the call did something.

use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::batch::Batch;
use crate::space::Space;

thread_local! {
    static RIDER: RefCell<Option<Rider>> = const { RefCell::new(None) };
}

/// An entry that is written with what else is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rider {
    pub space: Space,
    pub key: Bytes,
    pub value: Bytes,
}

impl Rider {
    /// The same work, whose batches carry this entry. Those of tasks that it starts do not.
    pub fn with<F: Future>(self, work: F) -> Riding<F> {
        Riding { rider: Some(self), work: Box::pin(work) }
    }
}

/// Work with a rider.
#[derive(Debug)]
pub struct Riding<F> {
    rider: Option<Rider>,
    work: Pin<Box<F>>,
}

impl<F: Future> Future for Riding<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // Between two polls the thread does the work of others.
        let _seat = Seat(RIDER.replace(self.rider.clone()));
        self.work.as_mut().poll(context)
    }
}

/// Gives the thread back what it had, whatever happens.
struct Seat(Option<Rider>);

impl Drop for Seat {
    fn drop(&mut self) {
        RIDER.set(self.0.take());
    }
}

/// Adds the rider of the work that commits this, if it has one.
pub(crate) fn board(batch: &mut Batch) {
    RIDER.with_borrow(|rider| {
        if let Some(rider) = rider {
            batch.put(rider.space, &rider.key, rider.value.clone());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Expect, Store};

    const SPACE: Space = Space::new("rider-tests");

    /// Waits on this thread alone, as the rider is its.
    fn wait<F: Future>(work: F) -> F::Output {
        let mut work = std::pin::pin!(work);
        let mut context = Context::from_waker(std::task::Waker::noop());
        loop {
            if let Poll::Ready(output) = work.as_mut().poll(&mut context) {
                return output;
            }
            std::thread::yield_now();
        }
    }

    fn rider() -> Rider {
        Rider { space: SPACE, key: Bytes::from_static(b"rider"), value: Bytes::from_static(b"1") }
    }

    fn put(key: &str, expect: Expect) -> Batch {
        let mut batch = Batch::new();
        batch.require(SPACE, key, expect);
        batch.put(SPACE, key, "x");
        batch
    }

    #[test]
    fn a_rider_is_there_if_and_only_if_something_was_done() {
        let store = Store::in_memory();
        let there = || store.get(SPACE, b"rider").expect("a read").is_some();
        let failed =
            wait(rider().with(async { store.commit(put("a", Expect::Present)).await.is_err() }));
        assert!(failed && !there());
        wait(async { store.commit(put("a", Expect::Absent)).await }).expect("a commit");
        assert!(!there());
        wait(rider().with(async { store.commit(put("a", Expect::Present)).await }))
            .expect("a commit");
        assert!(there());
    }
}
