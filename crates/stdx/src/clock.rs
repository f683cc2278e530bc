//! The one place that reads the system's clock. Everything else is handed a [`Clock`], so that a
//! test or the simulator decides what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch.
pub type UnixMillis = u64;

/// Tells the time. Cheap to clone; every clone tells the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock(Source);

#[derive(Clone, Debug, Default)]
enum Source {
    #[default]
    System,
    Virtual(Arc<AtomicU64>),
}

/// Moves the clocks that were made with it.
#[derive(Clone, Debug)]
pub struct Hands(Arc<AtomicU64>);

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands at `start` until its [`Hands`] are moved.
    pub fn stopped_at(start: UnixMillis) -> (Clock, Hands) {
        let cell = Arc::new(AtomicU64::new(start));
        (Clock(Source::Virtual(Arc::clone(&cell))), Hands(cell))
    }

    pub fn now(&self) -> UnixMillis {
        match &self.0 {
            Source::System => system_now(),
            Source::Virtual(cell) => cell.load(Ordering::Relaxed),
        }
    }
}

impl Hands {
    pub fn set(&self, now: UnixMillis) {
        self.0.store(now, Ordering::Relaxed);
    }

    pub fn advance(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one reader of the system's clock")]
fn system_now() -> UnixMillis {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_clock_moves_only_by_its_hands() {
        let (clock, hands) = Clock::stopped_at(1_000);
        let other = clock.clone();
        assert_eq!(clock.now(), 1_000);
        hands.advance(Duration::from_secs(2));
        assert_eq!((clock.now(), other.now()), (3_000, 3_000));
    }
}
