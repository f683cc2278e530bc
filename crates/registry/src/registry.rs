//! The registry itself: its records, a home, and the way of every mutation.

use std::sync::Arc;

use kv::{Snapshot, Store};
use model::Home;
use records::Records;
pub use records::StoreError;
pub(crate) use records::{Found, find};

use crate::change::Change;

/// What a mutation wants to do, having looked.
pub(crate) type Decision<T> = records::Decision<T, Change>;

/// Things, certificates, policies. Cheap to clone; all clones are one registry.
#[derive(Clone, Debug)]
pub struct Registry {
    records: Records<Change>,
    home: Arc<Home>,
}

impl Registry {
    pub fn new(store: Store, home: Home) -> Registry {
        Registry { records: Records::new(store), home: Arc::new(home) }
    }

    /// The account and region of every ARN.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Rises with every change that may change who may do what. What was read while it had one
    /// value is good for as long as it has it, if the value was taken before reading.
    pub fn epoch(&self) -> u64 {
        self.records.epoch()
    }

    /// Calls this with every change from now on, on whichever thread finds that it is committed,
    /// which may be the store's own: it must be quick and must not wait for the store.
    pub fn watch(&self, watcher: impl Fn(&Change) + Send + Sync + 'static) {
        self.records.watch(watcher);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.records.snapshot()
    }

    /// Lets a mutation look and decide until its preconditions hold at the commit.
    pub(crate) async fn mutate<T, E: From<StoreError>>(
        &self,
        decide: impl Fn(&Snapshot) -> Result<Decision<T>, E>,
    ) -> Result<T, E> {
        self.records.mutate(decide).await
    }
}
