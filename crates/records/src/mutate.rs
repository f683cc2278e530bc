//! The way of every mutation: look, decide, commit under conditions, and tell.

use std::sync::Arc;

use bytes::Bytes;
use kv::{Batch, CommitError, ReadError, Snapshot, Space, Store};

use crate::change::{Changes, Telling};
use crate::record::{self, Record, RecordError};

/// How often a mutation decides anew when others came first. Each round lost means that another
/// mutation of the same record won, so this many losses in a row are a storm, not bad luck.
const ATTEMPTS_MAX: usize = 32;

/// Why the store could not do its part.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store cannot be read")]
    Read(#[from] ReadError),
    #[error("the store holds what cannot be read")]
    Record(#[from] RecordError),
    #[error("the change could not be stored")]
    Commit(#[source] CommitError),
    #[error("too many others change the same record at once")]
    Contended,
}

/// Records in a store, and the changes `C` of them that others want to know of. Cheap to clone; all
/// clones are one.
#[derive(Debug)]
pub struct Records<C> {
    store: Store,
    changes: Arc<Changes<C>>,
}

/// What a mutation wants to do, having looked.
#[derive(Debug)]
pub struct Decision<T, C> {
    pub batch: Batch,
    pub changes: Vec<C>,
    pub outcome: T,
}

impl<T, C> Decision<T, C> {
    /// Nothing is to be done.
    pub fn nothing(outcome: T) -> Decision<T, C> {
        Decision { batch: Batch::new(), changes: Vec::new(), outcome }
    }
}

impl<C> Clone for Records<C> {
    fn clone(&self) -> Records<C> {
        Records { store: self.store.clone(), changes: Arc::clone(&self.changes) }
    }
}

impl<C: Send + 'static> Records<C> {
    pub fn new(store: Store) -> Records<C> {
        Records { store, changes: Arc::default() }
    }

    /// Rises with every change that is told. What was read while it had one value is good for as
    /// long as it has it, if the value was taken before reading.
    pub fn epoch(&self) -> u64 {
        self.changes.epoch()
    }

    /// Calls this with every change from now on, on whichever thread finds that it is committed,
    /// which may be the store's own: it must be quick and must not wait for the store.
    pub fn watch(&self, watcher: impl Fn(&C) + Send + Sync + 'static) {
        self.changes.watch(Box::new(watcher));
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    /// Lets a mutation look and decide until its preconditions hold at the commit.
    pub async fn mutate<T, E: From<StoreError>>(
        &self,
        decide: impl Fn(&Snapshot) -> Result<Decision<T, C>, E>,
    ) -> Result<T, E> {
        for _ in 0..ATTEMPTS_MAX {
            let Decision { batch, changes, outcome } = decide(&self.store.snapshot())?;
            let ticket = self.store.commit(batch);
            match Telling::new(ticket, changes, &self.changes).await {
                Ok(()) => return Ok(outcome),
                Err(CommitError::PreconditionFailed { .. }) => {}
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(StoreError::Contended.into())
    }
}

/// A record and the bytes that it was read from, to require that they are still the same.
#[derive(Clone, Debug)]
pub struct Found<R> {
    pub record: R,
    pub bytes: Bytes,
}

/// The record under a key, if there is one.
pub fn find<R: Record>(
    snapshot: &Snapshot,
    space: Space,
    key: &str,
) -> Result<Option<Found<R>>, StoreError> {
    let Some(bytes) = snapshot.get(space, key.as_bytes())? else { return Ok(None) };
    Ok(Some(Found { record: record::decode(&bytes)?, bytes }))
}
