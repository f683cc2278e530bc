//! Wakes from within the runtime those that wait for commits.
//!
//! The store commits for many at once, on a thread of its own. If that thread woke each of them, the
//! runtime would be called from outside for each, and would rouse a worker for nearly each. So it wakes
//! one task, and that task wakes the others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::sync::Notify;

#[derive(Debug)]
pub(crate) struct Herald(Arc<News>);

#[derive(Debug, Default)]
struct News {
    /// Never more than there are tasks that wait for commits.
    waiting: Mutex<Waiting>,
    came: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    wakers: Vec<Waker>,
    /// Whether the task ended, as when the runtime does.
    is_over: bool,
}

/// The task's half.
struct Crier(Arc<News>);

impl Herald {
    /// Begins a task for it on the runtime that this is called in.
    pub(crate) fn start() -> Herald {
        let news = Arc::new(News::default());
        let crier = Crier(Arc::clone(&news));
        tokio::spawn(async move {
            loop {
                crier.0.came.notified().await;
                let wakers = std::mem::take(&mut crier.0.lock().wakers);
                wakers.into_iter().for_each(Waker::wake);
            }
        });
        Herald(news)
    }
}

impl kv::Herald for Herald {
    fn tell(&self, waiters: Vec<Waker>) {
        let mut waiting = self.0.lock();
        if waiting.is_over {
            drop(waiting);
            return kv::Directly.tell(waiters);
        }
        let is_first = waiting.wakers.is_empty();
        waiting.wakers.extend(waiters);
        drop(waiting);
        if is_first {
            self.0.came.notify_one();
        }
    }
}

impl Drop for Crier {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.is_over = true;
        let wakers = std::mem::take(&mut waiting.wakers);
        drop(waiting);
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl News {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use kv::{Batch, Options, Space, Store};

    use super::*;

    const THINGS: Space = Space::new("things");

    /// Many tasks, each of which waits for each of its commits: one that is not woken hangs.
    async fn commit_from_many(store: &Store, tasks: u32, commits: u32) {
        let work = (0..tasks).map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for commit in 0..commits {
                    let mut batch = Batch::new();
                    batch.put(THINGS, (task * commits + commit).to_be_bytes(), &b"x"[..]);
                    store.commit(batch).await.expect("committed");
                }
            })
        });
        for task in work.collect::<Vec<_>>() {
            task.await.expect("no task panics");
        }
        let found = store.scan(THINGS, b"").expect("readable").count();
        assert_eq!(found, (tasks * commits) as usize);
    }

    fn open(herald: Herald) -> (tempfile::TempDir, Store) {
        let place = tempfile::tempdir().unwrap();
        let options = Options { herald: Arc::new(herald), ..Options::default() };
        let store = Store::open(place.path(), options).unwrap();
        (place, store)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_is_forgotten_on_many_threads() {
        let (_place, store) = open(Herald::start());
        commit_from_many(&store, 64, 50).await;
    }

    #[tokio::test]
    async fn nobody_is_forgotten_on_one_thread() {
        let (_place, store) = open(Herald::start());
        commit_from_many(&store, 16, 20).await;
    }

    #[tokio::test]
    async fn when_its_runtime_is_gone_it_wakes_directly() {
        let theirs = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async { Herald::start() })
        });
        let (_place, store) = open(theirs.join().unwrap());
        commit_from_many(&store, 16, 20).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn threads_that_stand_still_do_not_need_it() {
        let (_place, store) = open(Herald::start());
        // As many as there are workers: nobody could run a task for them.
        let stuck = (0..2_u8).map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                for commit in 0..50_u8 {
                    let mut batch = Batch::new();
                    batch.put(THINGS, [n, commit], &b"x"[..]);
                    store.commit(batch).wait().expect("committed");
                }
            })
        });
        for task in stuck.collect::<Vec<_>>() {
            task.await.expect("no task panics");
        }
    }
}
