//! Looks after workers: what they take, whether they rest too long, and that a warden is ready.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::functions::Shared;

/// How often it is looked at what those at work take. A function that takes a gigabyte a second is stopped
/// some fifty megabytes late.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often at those who rest.
const TIDY_EVERY: Duration = Duration::from_secs(1);
/// Who rests so long is stopped until it is wanted.
const FREEZE_AFTER: Duration = Duration::from_secs(1);
/// How often code is looked for that nobody runs.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Looks after workers until the future is dropped.
pub(crate) async fn keep(shared: Arc<Shared>) {
    let (mut tidied_at, mut swept_at) = (Instant::now(), Instant::now());
    loop {
        if shared.pool.busy_count() == 0 {
            let has_workers = !shared.pool.workers().is_empty();
            let wait = if has_workers { TIDY_EVERY } else { SWEEP_EVERY };
            // Whoever is woken and who waited in vain do the same: look.
            tokio::time::timeout(wait, shared.invoked.notified()).await.ok();
        }
        tokio::time::sleep(LOOK_EVERY).await;
        let workers = shared.pool.workers();
        if !workers.is_empty() {
            shared.launcher.prepare();
        }
        workers.iter().for_each(|worker| worker.lines.try_hand_on());
        drop(workers);
        let is_round = tidied_at.elapsed() >= TIDY_EVERY;
        let is_sweep = swept_at.elapsed() >= SWEEP_EVERY;
        if is_round {
            tidied_at = Instant::now();
        }
        if is_sweep {
            swept_at = Instant::now();
        }
        let looking = Arc::clone(&shared);
        // Files of /proc are read, which is no work for a thread that serves.
        let looked = tokio::task::spawn_blocking(move || look(&looking, is_round, is_sweep)).await;
        if let Err(error) = looked {
            tracing::error!(%error, "workers are not looked after");
        }
    }
}

fn look(shared: &Shared, is_round: bool, is_sweep: bool) {
    if shared.pool.busy_count() > 0 {
        shared.pool.workers().iter().for_each(|worker| worker.look());
    }
    if is_round {
        let now = shared.parts.clock.now();
        shared.pool.tidy(FREEZE_AFTER, shared.settings.idle, now);
    }
    if is_sweep {
        shared.sweep_directories();
    }
}
