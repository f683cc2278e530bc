//! The registry itself: a store, a home, and the way of every mutation.

use std::sync::Arc;

use bytes::Bytes;
use kv::{Batch, CommitError, ReadError, Snapshot, Space, Store};
use model::Home;

use crate::change::{Change, Changes, Telling};
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

/// Things, certificates, policies. Cheap to clone; all clones are one registry.
#[derive(Clone, Debug)]
pub struct Registry {
    store: Store,
    home: Arc<Home>,
    changes: Arc<Changes>,
}

/// What a mutation wants to do, having looked.
pub(crate) struct Decision<T> {
    pub(crate) batch: Batch,
    pub(crate) changes: Vec<Change>,
    pub(crate) outcome: T,
}

impl<T> Decision<T> {
    /// Nothing is to be done.
    pub(crate) fn nothing(outcome: T) -> Decision<T> {
        Decision { batch: Batch::new(), changes: Vec::new(), outcome }
    }
}

impl Registry {
    pub fn new(store: Store, home: Home) -> Registry {
        Registry { store, home: Arc::new(home), changes: Arc::default() }
    }

    /// The account and region of every ARN.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Rises with every change that may change who may do what. What was read while it had one
    /// value is good for as long as it has it, if the value was taken before reading.
    pub fn epoch(&self) -> u64 {
        self.changes.epoch()
    }

    /// Calls this with every change from now on, on whichever thread finds that it is committed,
    /// which may be the store's own: it must be quick and must not wait for the store.
    pub fn watch(&self, watcher: impl Fn(&Change) + Send + Sync + 'static) {
        self.changes.watch(Box::new(watcher));
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    /// Lets a mutation look and decide until its preconditions hold at the commit.
    pub(crate) async fn mutate<T, E: From<StoreError>>(
        &self,
        decide: impl Fn(&Snapshot) -> Result<Decision<T>, E>,
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
pub(crate) struct Found<R> {
    pub(crate) record: R,
    pub(crate) bytes: Bytes,
}

pub(crate) fn find<R: Record>(
    snapshot: &Snapshot,
    space: Space,
    key: &str,
) -> Result<Option<Found<R>>, StoreError> {
    let Some(bytes) = snapshot.get(space, key.as_bytes())? else { return Ok(None) };
    Ok(Some(Found { record: record::decode(&bytes)?, bytes }))
}
