//! The store of queues.

use std::sync::Arc;

use kv::{Snapshot, Store};
use model::Home;
use stdx::clock::{Clock, UnixMillis};

use crate::desk::Desks;

/// Queues. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Queues {
    pub(crate) store: Store,
    pub(crate) home: Home,
    pub(crate) clock: Clock,
    pub(crate) desks: Arc<Desks>,
}

impl Queues {
    pub fn new(store: Store, home: Home, clock: Clock) -> Queues {
        Queues { store, home, clock, desks: Arc::default() }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.store.snapshot()
    }

    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    pub fn arn(&self, name: &str) -> String {
        let Home { region, account, .. } = &self.home;
        format!("arn:aws:sqs:{region}:{account}:{name}")
    }
}
