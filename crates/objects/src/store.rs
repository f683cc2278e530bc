//! The store of objects, and the way of its writes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kv::{Present, Snapshot, Store};
use tokio::sync::Notify;

use crate::blob::Blobs;
use crate::error::ObjectsError;
use crate::key::{BLOBS, CHORES, DATA, GARBAGE};
use crate::notice::Notices;
use crate::version::Body;

/// What a decision keeps and writes beside its values, about.
pub(crate) const DECISION_BYTES: usize = 2048;

/// How often a write looks anew when others came first.
pub(crate) const ATTEMPTS_MAX: usize = 32;

/// Buckets and objects. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Objects {
    pub(crate) store: Store,
    pub(crate) blobs: Blobs,
    /// Rung when there is something to take away.
    pub(crate) bell: Arc<Notify>,
    pub(crate) notices: Arc<Notices>,
    /// Those who want no file to be taken away.
    holds: Arc<AtomicUsize>,
}

/// As long as this is there, files stay that are not needed any more.
#[derive(Debug)]
pub struct Hold(Arc<AtomicUsize>);

impl Objects {
    /// Records in this store, files in this directory, which is made when it is needed.
    pub fn new(store: Store, directory: &Path) -> Objects {
        let blobs = Blobs::new(directory);
        let (bell, notices, holds) = (Arc::default(), Arc::default(), Arc::default());
        Objects { store, blobs, bell, notices, holds }
    }

    /// Keeps all files from now on that a snapshot of the store, taken from now on, names.
    pub fn hold(&self) -> Hold {
        self.holds.fetch_add(1, Ordering::AcqRel);
        Hold(Arc::clone(&self.holds))
    }

    pub(crate) fn is_held(&self) -> bool {
        self.holds.load(Ordering::Acquire) > 0
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    /// Decides at the commit, and answers when that is on disk.
    pub(crate) async fn decide<T: Send + Sync + 'static>(
        &self,
        bytes: usize,
        decide: impl FnOnce(&mut Present<'_>) -> Result<T, ObjectsError> + Send + Sync + 'static,
    ) -> Result<T, ObjectsError> {
        records::decide(&self.store, DECISION_BYTES + bytes, decide).await
    }
}

/// Notes in the batch that nobody has this body any longer.
pub(crate) fn let_go(present: &mut Present<'_>, body: &Body) {
    match body {
        Body::Empty => {}
        Body::Inline(place) => present.delete(DATA, place),
        Body::File(name) => {
            present.delete(BLOBS, name);
            present.put(GARBAGE, name, "");
        }
        Body::Manifest(place) => {
            present.put(CHORES, chore_key(Chore::Manifest, place.as_ref()), "");
        }
    }
}

/// What is too much for one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    /// The parts of a body that is gone.
    Manifest,
    /// The records of parts of an upload that was completed.
    Parts,
    /// The same with their bodies, of one that was aborted.
    Upload,
    /// The uploads of a bucket that is gone.
    Bucket,
}

impl Chore {
    const ALL: [Chore; 4] = [Chore::Manifest, Chore::Parts, Chore::Upload, Chore::Bucket];

    fn byte(self) -> u8 {
        match self {
            Chore::Manifest => b'm',
            Chore::Parts => b'p',
            Chore::Upload => b'u',
            Chore::Bucket => b'b',
        }
    }

    pub(crate) fn of(key: &[u8]) -> Option<(Chore, &[u8])> {
        let (byte, rest) = key.split_first()?;
        let chore = Chore::ALL.into_iter().find(|chore| chore.byte() == *byte)?;
        Some((chore, rest))
    }
}

pub(crate) fn chore_key(chore: Chore, of: &[u8]) -> Vec<u8> {
    let mut key = vec![chore.byte()];
    key.extend(of);
    key
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
