//! Looks after workers: what they take, whether they rest too long, and that a warden is ready.

use std::sync::Arc;
use std::time::Duration;

use crate::functions::Shared;

/// How often it is looked at what those at work take. A function that takes a gigabyte a second is stopped
/// some fifty megabytes late.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often at those who rest.
const TIDY_EVERY: Duration = Duration::from_secs(1);
/// Who rests so long is stopped until it is wanted.
const FREEZE_AFTER: Duration = Duration::from_secs(1);
/// How often code is looked for that nobody runs.
const SWEEP_EVERY: u32 = 60;

/// Looks after workers until the future is dropped.
pub(crate) async fn keep(shared: Arc<Shared>) {
    let (mut ticks, mut rounds) = (0_u32, 0_u32);
    loop {
        if shared.pool.busy_count() == 0 && shared.pool.workers().is_empty() {
            // Nobody is there to look at, until somebody is started.
            shared.launched.notified().await;
        }
        shared.launcher.prepare();
        tokio::time::sleep(LOOK_EVERY).await;
        for worker in shared.pool.workers() {
            worker.lines.try_hand_on();
        }
        let looking = Arc::clone(&shared);
        ticks += 1;
        let is_round =
            ticks.is_multiple_of((TIDY_EVERY.as_millis() / LOOK_EVERY.as_millis()) as u32);
        rounds += u32::from(is_round);
        let is_sweep = is_round && rounds.is_multiple_of(SWEEP_EVERY);
        // Files of /proc are read, which is no work for a thread that serves.
        let looked = tokio::task::spawn_blocking(move || {
            if looking.pool.busy_count() > 0 {
                looking.pool.workers().iter().for_each(|worker| worker.look());
            }
            if is_round {
                let now = looking.parts.clock.now();
                looking.pool.tidy(FREEZE_AFTER, looking.settings.idle, now);
            }
            if is_sweep {
                looking.sweep_directories();
            }
        });
        if let Err(error) = looked.await {
            tracing::error!(%error, "workers are not looked after");
        }
    }
}
