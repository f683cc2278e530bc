//! What is done by itself: items of tables and events of logs live their time, recordings stay within
//! their limits, and what was deleted is taken away, secrets when nobody wants them back any more.

use std::sync::Arc;
use std::time::Duration;

use iam::Iam;
use logs::Logs;
use objects::Objects;
use queues::Queues;
use recordings::Recordings;
use secrets::Secrets;
use series::{Series, Settler};
use stdx::backoff::Backoff;
use stdx::clock::Clock;
use tables::{Next, Sweeper, Tables};
use tokio::sync::Notify;

/// After what could not be done.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(30);
/// A clock may be set, so nobody sleeps for longer.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// How long a house that sees little keeps in memory what it could read from the disk.
const SETTLE_STORE_EVERY: Duration = Duration::from_secs(120);

/// And how much longer, if series have not settled by then: they do so each minute, if there are any.
const SETTLE_STORE_LATE: Duration = Duration::from_secs(90);

/// Moves what was stored out of memory now and then, until the future is dropped. Best when series have just
/// settled: then their chunks are gone from the store, and need not be written, read and cached there.
pub(crate) async fn settle_store(store: kv::Store, series_settled: Arc<Notify>) {
    loop {
        tokio::time::sleep(SETTLE_STORE_EVERY).await;
        // Forgets a time when they settled that is past.
        tokio::time::timeout(Duration::ZERO, series_settled.notified()).await.ok();
        // Whoever is woken and who waited in vain do the same.
        tokio::time::timeout(SETTLE_STORE_LATE, series_settled.notified()).await.ok();
        store.settle_soon();
    }
}

/// Works off what is due in tables, until the future is dropped.
pub(crate) async fn keep_tables(tables: Tables, clock: Clock) {
    let rung = Arc::new(Notify::new());
    let bell = Arc::clone(&rung);
    tables.watch(move |_| bell.notify_one());
    let mut sweeper = Sweeper::new(tables);
    let mut backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
    loop {
        let now = clock.now();
        match sweeper.step(now).await {
            Ok(next) => {
                backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
                let Next::At(at) = next else { continue };
                let wait = Duration::from_millis(at.saturating_sub(now)).min(LOOK_AGAIN);
                // Whoever is woken and who waited in vain do the same: look.
                tokio::time::timeout(wait, rung.notified()).await.ok();
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "tables stand still");
                tokio::time::sleep(backoff.next_wait()).await;
            }
        }
    }
}

/// Takes away what is due in logs, until the future is dropped. Nobody waits for it, and events may be kept
/// a little longer, so it looks now and then.
pub(crate) async fn keep_logs(logs: Logs, clock: Clock) {
    loop {
        match logs.sweep(clock.now()).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(LOOK_AGAIN).await,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "logs stand still");
                tokio::time::sleep(RETRY_MOST).await;
            }
        }
    }
}

/// How often it is looked for sessions of the console that ended. Nobody waits for it.
const SESSIONS_EVERY: Duration = Duration::from_secs(3_600);

/// Takes away what ended of sessions of the console, until the future is dropped.
pub(crate) async fn keep_console_sessions(iam: Iam, clock: Clock) {
    loop {
        if let Err(error) = iam.sweep_console_sessions(clock.now()).await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "sessions of the console stay");
        }
        tokio::time::sleep(SESSIONS_EVERY).await;
    }
}

/// Takes away secrets whose recovery windows are over, until the future is dropped. Nobody waits for it.
pub(crate) async fn keep_secrets(secrets: Secrets, clock: Clock) {
    loop {
        match secrets.sweep(clock.now()).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(LOOK_AGAIN).await,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "secrets stay");
                tokio::time::sleep(RETRY_MOST).await;
            }
        }
    }
}

/// How often queues are looked at: whoever moves dead letters waits for it.
const TIDY_EVERY: Duration = Duration::from_secs(1);

/// Takes away what is too old in queues, and moves dead letters, until the future is dropped.
pub(crate) async fn keep_queues(queues: Queues) {
    let mut sweeper = queues::Sweeper::new(queues);
    loop {
        match sweeper.step().await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(TIDY_EVERY).await,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "queues stand still");
                tokio::time::sleep(RETRY_MOST).await;
            }
        }
    }
}

/// Takes away what objects let go of, and keeps their lifecycle rules, until the future is dropped.
pub(crate) async fn keep_objects(objects: Objects, clock: Clock) {
    let mut sweeper = objects::Sweeper::new(objects);
    loop {
        match sweeper.step(clock.now()).await {
            Ok(true) => {}
            // Whoever is woken and who waited in vain do the same: look.
            Ok(false) => drop(tokio::time::timeout(LOOK_AGAIN, sweeper.rung()).await),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "objects stand still");
                tokio::time::sleep(RETRY_MOST).await;
            }
        }
    }
}

/// How often recordings are looked at: what comes in between is what they may hold too much.
const TRIM_EVERY: Duration = Duration::from_secs(1);

/// Keeps recordings within their limits, until the future is dropped.
pub(crate) async fn keep_recordings(recordings: Recordings, clock: Clock) {
    let mut backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
    loop {
        let wait = match recordings.trim(clock.now()).await {
            Ok(true) => continue,
            Ok(false) => {
                backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
                TRIM_EVERY
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "recordings are not trimmed");
                backoff.next_wait()
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// How often it is asked whether series have anything to settle.
const SETTLE_EVERY: Duration = Duration::from_secs(1);

/// Settles series for as long as the process lives, on a thread of its own: a step works hard.
pub(crate) fn settle_series(series: Series, settled: Arc<Notify>) -> std::io::Result<()> {
    // Timers of its own: those of the server end before this thread does.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let settle = async move {
        let mut settler = Settler::new(series);
        let mut backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
        loop {
            let wait = match settler.step().await {
                Ok(true) => {
                    if settler.has_settled() {
                        settled.notify_one();
                    }
                    continue;
                }
                Ok(false) => {
                    backoff = Backoff::new(RETRY_FIRST, RETRY_MOST);
                    // Whoever is woken and who waited in vain do the same: look.
                    tokio::time::timeout(SETTLE_EVERY, settler.until_due()).await.ok();
                    continue;
                }
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "series are not settled");
                    backoff.next_wait()
                }
            };
            tokio::time::sleep(wait).await;
        }
    };
    let thread = std::thread::Builder::new().name("settler".to_owned());
    thread.spawn(move || runtime.block_on(settle)).map(drop)
}
