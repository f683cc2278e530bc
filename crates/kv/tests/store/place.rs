//! Where a test's store lives, so that it can be closed and opened again.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use kv::{Batch, MemorySettled, Options, SimDisk, Space, Store};
use tempfile::TempDir;

pub(crate) const THINGS: Space = Space::new("things");
pub(crate) const JOBS: Space = Space::new("jobs");

pub(crate) trait Place {
    fn new() -> Self;
    fn open(&self, options: Options) -> Store;
}

/// Files and the LSM tree.
pub(crate) struct Real(TempDir);

/// The simulated disk and a settled tier in memory.
pub(crate) struct Simulated {
    pub(crate) disk: SimDisk,
    pub(crate) settled: MemorySettled,
}

impl Place for Real {
    fn new() -> Real {
        Real(tempfile::tempdir().unwrap())
    }

    fn open(&self, options: Options) -> Store {
        Store::open(self.dir(), options).unwrap()
    }
}

impl Real {
    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }
}

impl Place for Simulated {
    fn new() -> Simulated {
        let disk = SimDisk::new();
        let settled = MemorySettled::new(&disk);
        Simulated { disk, settled }
    }

    fn open(&self, options: Options) -> Store {
        self.try_open(options).unwrap()
    }
}

impl Simulated {
    pub(crate) fn try_open(&self, options: Options) -> Result<Store, kv::OpenError> {
        Store::open_on(Arc::new(self.disk.clone()), Arc::new(self.settled.clone()), options)
    }
}

pub(crate) fn put(space: Space, key: impl AsRef<[u8]>, value: impl Into<Bytes>) -> Batch {
    let mut batch = Batch::new();
    batch.put(space, key, value);
    batch
}

pub(crate) fn delete(space: Space, key: impl AsRef<[u8]>) -> Batch {
    let mut batch = Batch::new();
    batch.delete(space, key);
    batch
}

/// All entries of a space, as text.
pub(crate) fn dump(store: &Store, space: Space) -> Vec<(String, String)> {
    text(store.scan(space, b"").unwrap())
}

pub(crate) fn text(range: kv::Range) -> Vec<(String, String)> {
    let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    range.map(|entry| entry.map(|(key, value)| (text(key), text(value))).unwrap()).collect()
}

pub(crate) fn keys(range: kv::Range) -> String {
    text(range).into_iter().map(|(key, _)| key).collect::<Vec<_>>().join(" ")
}
