//! Where writers wait while too much is hot.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, Waker};

/// Counts hot bytes of all tables, and wakes who waits when they become less.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    hot_bytes: AtomicU64,
    /// One for each call that waits; calls are bounded by their doors.
    waiting: Mutex<Vec<Waker>>,
    /// Something is worth settling that was not when the settler looked last.
    is_due: AtomicBool,
    settler: Mutex<Option<Waker>>,
}

impl Gate {
    pub(crate) fn hot_bytes(&self) -> u64 {
        self.hot_bytes.load(Ordering::Acquire)
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.hot_bytes.fetch_add(bytes, Ordering::AcqRel);
    }

    /// Wakes the settler.
    pub(crate) fn tell_due(&self) {
        self.is_due.store(true, Ordering::Release);
        let settler = self.settler.lock().unwrap_or_else(PoisonError::into_inner).take();
        settler.into_iter().for_each(Waker::wake);
    }

    /// Waits until something becomes worth settling.
    pub(crate) async fn due(&self) {
        std::future::poll_fn(|context| {
            if self.is_due.swap(false, Ordering::AcqRel) {
                return Poll::Ready(());
            }
            let waker = context.waker().clone();
            *self.settler.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
            match self.is_due.swap(false, Ordering::AcqRel) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }

    pub(crate) fn settle(&self, bytes: u64) {
        let settle = |hot: u64| Some(hot.saturating_sub(bytes));
        // The function always answers something.
        self.hot_bytes.fetch_update(Ordering::AcqRel, Ordering::Acquire, settle).ok();
        let waiting = std::mem::take(&mut *self.waiting());
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits until less than this is hot.
    pub(crate) async fn below(&self, most: u64) {
        std::future::poll_fn(|context| {
            if self.hot_bytes() < most {
                return Poll::Ready(());
            }
            self.waiting().push(context.waker().clone());
            // It may have been settled just before.
            if self.hot_bytes() < most { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Wake};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Release);
        }
    }

    #[test]
    fn a_writer_waits_until_there_is_room() {
        let (gate, woken) = (Gate::default(), Arc::<Woken>::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        gate.add(10);
        let mut waiting = pin!(gate.below(10));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        gate.settle(1);
        assert!(woken.0.load(Ordering::Acquire));
        assert!(waiting.as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn the_settler_is_told_once() {
        let (gate, woken) = (Gate::default(), Arc::<Woken>::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        assert!(pin!(gate.due()).poll(&mut context).is_pending());
        gate.tell_due();
        assert!(woken.0.load(Ordering::Acquire));
        assert!(pin!(gate.due()).poll(&mut context).is_ready());
        assert!(pin!(gate.due()).poll(&mut context).is_pending());
    }
}
