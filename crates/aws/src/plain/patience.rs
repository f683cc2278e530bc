//! How long a peer may take. One timer serves a connection: it is not set for each request, but looked
//! at when it rings, since nearly all requests are done long before.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::listen::PATIENCE;

/// A peer that is slower than a modem is taken for one that holds us up.
const BYTES_PER_SEC_MIN: usize = 16 * 1024;

#[derive(Debug)]
pub(super) struct Patience {
    due: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Patience {
    pub(super) fn new() -> Patience {
        let due = Instant::now() + PATIENCE;
        Patience { due, timer: Box::pin(sleep_until(due)) }
    }

    /// Gives the peer anew the time that so many bytes may take.
    pub(super) fn begin(&mut self, bytes: usize) {
        let for_bytes = Duration::from_secs((bytes / BYTES_PER_SEC_MIN) as u64);
        self.due = Instant::now() + PATIENCE + for_bytes;
        if self.timer.deadline() > self.due {
            self.timer.as_mut().reset(self.due);
        }
    }

    /// Ends what takes longer than the peer was given.
    pub(super) async fn bound<T>(
        &mut self,
        work: impl Future<Output = io::Result<T>>,
    ) -> io::Result<T> {
        tokio::select! {
            biased;
            done = work => done,
            () = self.over() => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    async fn over(&mut self) {
        loop {
            self.timer.as_mut().await;
            if self.timer.deadline() >= self.due {
                return;
            }
            self.timer.as_mut().reset(self.due);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn work(time: Duration) -> io::Result<()> {
        tokio::time::sleep(time).await;
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn each_piece_of_work_has_its_own_time() {
        let mut patience = Patience::new();
        for _ in 0..3 {
            patience.begin(0);
            assert!(patience.bound(work(PATIENCE - Duration::from_secs(1))).await.is_ok());
        }
        patience.begin(10 * BYTES_PER_SEC_MIN);
        assert!(patience.bound(work(PATIENCE + Duration::from_secs(9))).await.is_ok());
        patience.begin(0);
        let began = Instant::now();
        let late = patience.bound(work(2 * PATIENCE)).await.expect_err("late");
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_shorter_time_follows_a_longer_one() {
        let mut patience = Patience::new();
        patience.begin(1_000 * BYTES_PER_SEC_MIN);
        assert!(patience.bound(work(2 * PATIENCE)).await.is_ok());
        patience.begin(0);
        let began = Instant::now();
        assert!(patience.bound(work(3 * PATIENCE)).await.is_err());
        assert!(began.elapsed() <= PATIENCE + Duration::from_millis(1));
    }
}
