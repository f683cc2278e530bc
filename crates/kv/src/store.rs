//! The store as its users see it: opening, reading, committing, closing.

use std::ops::RangeBounds;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use bytes::Bytes;

use crate::backup::{self, BackupReport};
use crate::batch::{Batch, MOST_BATCH_BYTES, MOST_KEY_BYTES};
use crate::checkpoint::Checkpoints;
use crate::committer::{self, Shared};
use crate::directory::Directory;
use crate::disk::{Disk, Files, SimDisk};
use crate::error::{BackupError, CommitError, OpenError, ReadError};
use crate::journal::Journal;
use crate::options::{Committer, Options};
use crate::queue::{Commit, Queue, Request};
use crate::range::{Direction, Range};
use crate::recovery;
use crate::rider;
use crate::settled::{Lsm, MemorySettled, Settled};
use crate::snapshot::Snapshot;
use crate::space::Space;
use crate::stats::{Counters, Stats};
use crate::ticket::{Ticket, promise};

/// Ordered transactional bytes. Every clone is the same store; the last to be dropped closes it.
#[derive(Clone, Debug)]
pub struct Store(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    shared: Arc<Shared>,
    driver: Mutex<Driver>,
    /// Released last, when nothing of this store touches the directory any more.
    _directory: Option<Directory>,
}

#[derive(Debug)]
enum Driver {
    Threads { committer: JoinHandle<()>, checkpoints: JoinHandle<()> },
    Manual(Box<committer::Committer>),
    Closed,
}

// === opening ===

impl Store {
    /// Opens the store in this directory, or makes one there.
    pub fn open(dir: &Path, options: Options) -> Result<Store, OpenError> {
        let directory = Directory::lock(dir)?;
        let settled = Lsm::open(&directory.settled(), options.cache_bytes)?;
        let disk = Files::new(&directory.journal());
        Store::start(Arc::new(disk), Arc::new(settled), options, Some(directory))
    }

    /// Opens a store on a disk and a settled tier of the caller's.
    pub fn open_on(
        disk: Arc<dyn Disk>,
        settled: Arc<dyn Settled>,
        options: Options,
    ) -> Result<Store, OpenError> {
        Store::start(disk, settled, options, None)
    }

    /// A store for tests that forgets everything in the end.
    pub fn in_memory() -> Store {
        Store::in_memory_driven_by(Committer::Threads)
    }

    /// Like [`Store::in_memory`], driven as a test or the simulator wants it.
    pub fn in_memory_driven_by(committer: Committer) -> Store {
        let disk = SimDisk::new();
        let settled = Arc::new(MemorySettled::new(&disk));
        Store::open_on(Arc::new(disk), settled, Options::for_tests(committer))
            .expect("an empty simulated disk has no reason to fail")
    }

    fn start(
        disk: Arc<dyn Disk>,
        settled: Arc<dyn Settled>,
        options: Options,
        directory: Option<Directory>,
    ) -> Result<Store, OpenError> {
        let (journal, sight) = recovery::recover(disk, &*settled, options.segment_bytes)?;
        let counters = Arc::new(Counters::default());
        let checkpoints = Checkpoints::new(settled, Arc::clone(&sight), Arc::clone(&counters));
        let (queue, settles_soon) = (Queue::default(), AtomicBool::new(false));
        let shared = Shared { options, queue, sight, checkpoints, counters, settles_soon };
        let shared = Arc::new(shared);
        let driver = Mutex::new(Driver::start(&shared, journal)?);
        Ok(Store(Arc::new(Handle { shared, driver, _directory: directory })))
    }
}

impl Driver {
    fn start(shared: &Arc<Shared>, journal: Journal) -> Result<Driver, OpenError> {
        let committer = committer::Committer::new(Arc::clone(shared), journal);
        if shared.options.committer == Committer::Manual {
            return Ok(Driver::Manual(Box::new(committer)));
        }
        let farewell = Farewell(Arc::clone(shared));
        let committer = spawn("kv-committer", move || {
            let _farewell = farewell;
            committer.run();
        })?;
        let background = Arc::clone(shared);
        let checkpoints = spawn("kv-checkpoints", move || background.checkpoints.run())?;
        Ok(Driver::Threads { committer, checkpoints })
    }
}

/// Whatever ends the committer, nobody waits for it any longer.
struct Farewell(Arc<Shared>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.queue.abandon();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    let spawned = thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map_err(|source| OpenError::Io { what: format!("no thread for {name}"), source })
}

// === reading ===

impl Store {
    pub fn get(&self, space: Space, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        self.0.shared.sight.view().newest(space, key)
    }

    /// The store as it is now, for several reads that must fit together.
    pub fn snapshot(&self) -> Snapshot {
        self.0.shared.sight.snapshot()
    }

    /// All entries whose keys begin with `prefix`, in ascending order, as of now.
    pub fn scan(&self, space: Space, prefix: &[u8]) -> Result<Range, ReadError> {
        self.snapshot().scan(space, prefix)
    }

    /// All entries whose keys lie in `range`, as of now.
    pub fn range<'k>(
        &self,
        space: Space,
        range: impl RangeBounds<&'k [u8]>,
        direction: Direction,
    ) -> Result<Range, ReadError> {
        self.snapshot().range(space, range, direction)
    }

    /// Writes everything, as of now, into one file that [`restore`](crate::restore) reads. Commits
    /// go on meanwhile.
    pub fn backup(&self, to: &Path) -> Result<BackupReport, BackupError> {
        backup::write(&self.snapshot(), to)
    }

    pub fn stats(&self) -> Stats {
        let Shared { queue, sight, counters, .. } = &*self.0.shared;
        let view = sight.view();
        Stats {
            commits: counters.commits.read(),
            preconditions_failed: counters.preconditions_failed.read(),
            declined: counters.declined.read(),
            commits_failed: counters.commits_failed.read(),
            entries: counters.entries.read(),
            groups: counters.groups.read(),
            syncs: counters.syncs.read(),
            journal_bytes: counters.journal_bytes.read(),
            checkpoints: counters.checkpoints.read(),
            checkpoints_failed: counters.checkpoints_failed.read(),
            entries_settled: counters.entries_settled.read(),
            stalls: counters.stalls.read(),
            queued_bytes: queue.bytes() as u64,
            overlay_bytes: view.active.bytes(),
            frozen_bytes: view.frozen.as_ref().map_or(0, |frozen| frozen.bytes()),
            snapshots: sight.moment().pins.values().sum::<usize>() as u64,
        }
    }
}

// === committing ===

impl Store {
    /// Commits the batch, or nothing of it. Batches of one caller are committed in the order of
    /// these calls, whether it waits for its tickets or not. Blocks only while the queue is full,
    /// which is when the disk has not answered for seconds.
    pub fn commit(&self, mut batch: Batch) -> Ticket {
        if batch.is_empty() {
            return Ticket::known(Ok(()));
        }
        rider::board(&mut batch);
        if let Err(error) = check_size(&batch) {
            return Ticket::known(Err(error));
        }
        let (promise, ticket) = promise();
        self.enqueue(Request::Commit(Commit { batch, promise }));
        ticket
    }

    /// Moves everything committed so far to the settled tier. It happens by itself when it is due;
    /// this is for tests and for who is about to copy the directory.
    pub fn checkpoint(&self) -> Ticket {
        let (promise, ticket) = promise();
        self.enqueue(Request::Checkpoint(promise));
        ticket
    }

    /// Has a checkpoint begin with the next commit. Who calls this now and then keeps the memory of a
    /// store small that sees little: by itself, one begins only when much has gathered.
    pub fn settle_soon(&self) {
        self.0.shared.settles_soon.store(true, Ordering::Relaxed);
    }

    /// With [`Committer::Manual`]: commits one group of waiting batches, or else works on a
    /// checkpoint. Answers whether there was anything to do.
    pub fn pump(&self) -> bool {
        match &mut *self.0.driver() {
            Driver::Manual(committer) => committer.pump(),
            Driver::Threads { .. } | Driver::Closed => false,
        }
    }

    /// Commits what waits and stops. Batches that come later fail, reads go on. The directory is
    /// free for another process when the last clone and the last snapshot are dropped.
    pub fn close(&self) {
        self.0.close();
    }

    fn enqueue(&self, request: Request) {
        let Shared { options, queue, .. } = &*self.0.shared;
        // Nobody else would ever make room.
        while options.committer == Committer::Manual && queue.is_full() && self.pump() {}
        queue.push(request);
    }
}

fn check_size(batch: &Batch) -> Result<(), CommitError> {
    if batch.longest_key() > MOST_KEY_BYTES {
        return Err(CommitError::KeyTooLong { bytes: batch.longest_key(), most: MOST_KEY_BYTES });
    }
    if batch.bytes() > MOST_BATCH_BYTES {
        return Err(CommitError::BatchTooLarge { bytes: batch.bytes(), most: MOST_BATCH_BYTES });
    }
    Ok(())
}

impl Handle {
    fn driver(&self) -> MutexGuard<'_, Driver> {
        self.driver.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.shared.queue.close();
        match std::mem::replace(&mut *self.driver(), Driver::Closed) {
            Driver::Threads { committer, checkpoints } => {
                let committed = committer.join();
                self.shared.checkpoints.close();
                let settled = checkpoints.join();
                if committed.and(settled).is_err() {
                    tracing::error!("a thread of the store panicked");
                }
            }
            Driver::Manual(mut committer) => {
                while committer.pump() {}
                committer.close();
                self.shared.queue.abandon();
            }
            Driver::Closed => {}
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.close();
    }
}
