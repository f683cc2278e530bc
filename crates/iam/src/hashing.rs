//! Where passwords are hashed: on threads that may be held up, few at once, and with few that wait.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::IamError;

/// Each takes a core and 19 MiB; a small board has little more to give to people who sign in.
const AT_ONCE_MAX: usize = 2;
/// With those that wait: some seconds of work. Whoever comes then is told to come again.
const SEATS_MAX: usize = 16;
const COME_AGAIN_SECS: u64 = 2;

#[derive(Clone, Debug)]
pub(crate) struct Hashing {
    seats: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Hashing {
        Hashing {
            seats: Arc::new(Semaphore::new(SEATS_MAX)),
            at_once: Arc::new(Semaphore::new(AT_ONCE_MAX)),
        }
    }
}

impl Hashing {
    /// Does work of this kind. The places are given back when it is done, also if nobody waits for it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IamError> {
        let busy = || IamError::Throttled { retry_after_secs: COME_AGAIN_SECS };
        let seat = Arc::clone(&self.seats).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((seat, turn));
            done
        });
        // It fails only where the process ends.
        done.await.map_err(|_| busy())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[tokio::test]
    async fn who_finds_no_seat_is_told_to_come_again() {
        let hashing = Hashing::default();
        let (open, gate) = sync_channel::<()>(SEATS_MAX);
        let gate = Arc::new(Mutex::new(gate));
        let running: Vec<_> = (0..SEATS_MAX)
            .map(|_| {
                let (hashing, gate) = (hashing.clone(), Arc::clone(&gate));
                tokio::spawn(async move {
                    hashing.run(move || gate.lock().expect("whole").recv().is_ok()).await
                })
            })
            .collect();
        while hashing.seats.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = hashing.run(|| ()).await;
        assert!(matches!(refused, Err(IamError::Throttled { .. })));
        for _ in 0..SEATS_MAX {
            open.send(()).expect("somebody waits");
        }
        for one in running {
            assert!(one.await.expect("ended").expect("done"));
        }
        assert!(hashing.run(|| ()).await.is_ok());
    }
}
