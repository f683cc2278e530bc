//! The settled tier on disk: one fjall keyspace, filled by bulk ingestion.
//!
//! All spaces share the keyspace, each key behind its space's number, because one ingestion is one
//! atomic, synced change of one keyspace: the entries of every space and the mark appear together,
//! with neither fjall's own journal nor its memory tables in the way. A checkpoint is already
//! sorted, so it becomes a table at once and costs a fraction of inserting its entries.

use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use fjall::config::{PinningPolicy, RestartIntervalPolicy};
use fjall::{Database, Guard, Keyspace, KeyspaceCreateOptions, Readable, Snapshot};

use super::{Settled, SettledEntry, SettledError, SettledRange, SettledView};
use crate::key::Key;
use crate::range::Direction;

/// Compaction is rare (once in a few checkpoints) and must leave the cores to the broker.
const WORKER_THREADS: usize = 1;

/// fjall's own journal stays empty; this is the least it accepts.
const ENGINE_JOURNAL_BYTES: u64 = 64 * 1024 * 1024;

/// A block is read from the nearest of its whole keys on, of which there is one in so many entries. At
/// 4 a walk to the newest ten of a partition costs a fifth less than at fjall's 16; 1 gains no more.
const RESTART_INTERVAL: u8 = 4;

/// The mark lives before every real key: those have at least the byte of their space, and that of
/// names, 0, holds no empty key.
const MARK_KEY: [u8; 1] = [0];

#[derive(Debug)]
pub(crate) struct Lsm(Tree);

#[derive(Clone)]
struct Tree {
    database: Database,
    keyspace: Keyspace,
}

struct Moment {
    keyspace: Keyspace,
    snapshot: Snapshot,
}

impl Lsm {
    /// The directory must exist.
    pub(crate) fn open(dir: &Path, cache_bytes: u64) -> Result<Lsm, SettledError> {
        let database = Database::builder(dir)
            .cache_size(cache_bytes)
            .worker_threads(WORKER_THREADS)
            .max_journaling_size(ENGINE_JOURNAL_BYTES)
            .open()
            .map_err(|error| match error {
                fjall::Error::Locked => SettledError::InUse,
                error => SettledError::from_engine(error),
            })?;
        let keyspace = database.keyspace("all", shape).map_err(SettledError::from_engine)?;
        Ok(Lsm(Tree { database, keyspace }))
    }
}

/// Of a new keyspace; one that is there keeps the shape that it was made with. Indexes and filters stay
/// in memory, about a hundredth of what they are of: in the cache they would compete with the blocks
/// that they lead to, each as large as hundreds of those. From level 3 on they are in parts, of which
/// only the root stays.
fn shape() -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        .data_block_restart_interval_policy(RestartIntervalPolicy::all(RESTART_INTERVAL))
        .index_block_pinning_policy(PinningPolicy::all(true))
        .filter_block_pinning_policy(PinningPolicy::all(true))
}

impl Settled for Lsm {
    fn mark(&self) -> Result<u64, SettledError> {
        let stored = self.0.keyspace.get(MARK_KEY).map_err(SettledError::from_engine)?;
        let Some(stored) = stored else { return Ok(0) };
        let bytes = <[u8; 8]>::try_from(&*stored)
            .map_err(|_| SettledError::Damaged { what: "the mark is not a number" })?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn settle(
        &self,
        entries: &mut dyn Iterator<Item = Result<SettledEntry, SettledError>>,
        mark: u64,
    ) -> Result<(), SettledError> {
        let mut ingestion = self.0.keyspace.start_ingestion().map_err(SettledError::from_engine)?;
        ingestion
            .write(MARK_KEY.as_slice(), mark.to_be_bytes().as_slice())
            .map_err(SettledError::from_engine)?;
        for entry in entries {
            let SettledEntry { space, key, value } = entry?;
            let key = prefixed(space, &key);
            match value {
                Some(value) => ingestion.write(key.as_slice(), &*value),
                None => ingestion.write_tombstone(key.as_slice()),
            }
            .map_err(SettledError::from_engine)?;
        }
        ingestion.finish().map_err(SettledError::from_engine)
    }

    fn view(&self) -> Arc<dyn SettledView> {
        let Tree { database, keyspace } = self.0.clone();
        Arc::new(Moment { keyspace, snapshot: database.snapshot() })
    }
}

impl SettledView for Moment {
    fn get(&self, space: u8, key: &[u8]) -> Result<Option<Bytes>, SettledError> {
        let found = self.snapshot.get(&self.keyspace, prefixed(space, key).as_slice());
        let found = found.map_err(SettledError::from_engine)?;
        // A copy, as the original keeps the block alive that it was read from.
        Ok(found.map(|value| Bytes::copy_from_slice(&value)))
    }

    fn range(
        &self,
        space: u8,
        (lower, upper): (Bound<&[u8]>, Bound<&[u8]>),
        direction: Direction,
    ) -> SettledRange {
        let lower = match lower {
            // The mark is no entry.
            Bound::Unbounded | Bound::Included([]) if space == MARK_KEY[0] => {
                Bound::Excluded(Key::from_slice(&MARK_KEY))
            }
            Bound::Unbounded => Bound::Included(prefixed(space, b"")),
            bound => bound.map(|key| prefixed(space, key)),
        };
        let upper = match upper {
            Bound::Unbounded if space == u8::MAX => Bound::Unbounded,
            Bound::Unbounded => Bound::Excluded(prefixed(space + 1, b"")),
            bound => bound.map(|key| prefixed(space, key)),
        };
        let found = self.snapshot.range::<Key, _>(&self.keyspace, (lower, upper));
        match direction {
            Direction::Forward => Box::new(found.map(entry)),
            Direction::Backward => Box::new(found.rev().map(entry)),
        }
    }
}

fn prefixed(space: u8, key: &[u8]) -> Key {
    let mut prefixed = Key::with_capacity(1 + key.len());
    prefixed.push(space);
    prefixed.extend_from_slice(key);
    prefixed
}

fn entry(found: Guard) -> Result<(Key, Bytes), SettledError> {
    let (key, value) = found.into_inner().map_err(SettledError::from_engine)?;
    Ok((Key::from_slice(&key[1..]), Bytes::copy_from_slice(&value)))
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tree")
    }
}

impl std::fmt::Debug for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Moment")
    }
}
