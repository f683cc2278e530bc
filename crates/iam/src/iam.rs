//! The accounts of an installation's people and programs: a store, a home, and what is kept of it.

use std::fmt;
use std::sync::Arc;

use kv::{Snapshot, Store};
use model::Home;
use records::{Records, StoreError};
use seal::Seal;

use crate::attempts::Attempts;
use crate::console_link::ConsoleLinks;
use crate::error::IamError;
use crate::hashing::Hashing;
use crate::last_used::LastUsed;
use crate::login::Logins;
use crate::service::ServiceIdentities;

/// What sessions are sealed for.
const SESSIONS: &str = "sessions";

/// Something that changed who may do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A user, group or role, by its unique id: it is new or gone, or its policies or its members are
    /// others, or a session of it ended.
    Entity {
        id: String,
    },
    AccessKey {
        id: String,
    },
    /// A managed policy, by its ARN.
    Policy {
        arn: String,
    },
}

/// What a mutation wants to do, having looked.
pub(crate) type Decision<T> = records::Decision<T, Change>;

/// The key of whoever owns the installation; it is not among the records.
#[derive(Clone, PartialEq, Eq)]
pub struct RootKey {
    pub access_key_id: String,
    pub secret: String,
}

/// Users, roles, policies and sessions. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Iam {
    pub(crate) records: Records<Change>,
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) home: Home,
    pub(crate) root: RootKey,
    pub(crate) seal: Seal,
    pub(crate) logins: Logins,
    pub(crate) services: ServiceIdentities,
    pub(crate) last_used: LastUsed,
    pub(crate) attempts: Attempts,
    pub(crate) hashing: Hashing,
    pub(crate) links: ConsoleLinks,
}

impl Iam {
    /// Opens what is in the store; at the first start, makes the key that sessions are sealed with.
    pub fn open(store: Store, home: Home, root: RootKey) -> Result<Iam, StoreError> {
        let seal = Seal::open(&store, SESSIONS)?;
        let shared = Shared {
            home,
            root,
            seal,
            logins: Logins::default(),
            services: ServiceIdentities::default(),
            last_used: LastUsed::default(),
            attempts: Attempts::default(),
            hashing: Hashing::default(),
            links: ConsoleLinks::default(),
        };
        Ok(Iam { records: Records::new(store), shared: Arc::new(shared) })
    }

    /// The account and region of every ARN.
    pub fn home(&self) -> &Home {
        &self.shared.home
    }

    /// Rises with every change of who may do what.
    pub fn epoch(&self) -> u64 {
        self.records.epoch()
    }

    /// Calls this with every change from now on, on whichever thread finds that it is committed: it
    /// must be quick and must not wait for the store.
    pub fn watch(&self, watcher: impl Fn(&Change) + Send + Sync + 'static) {
        self.records.watch(watcher);
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.records.snapshot()
    }

    pub(crate) async fn mutate<T>(
        &self,
        decide: impl Fn(&Snapshot) -> Result<Decision<T>, IamError>,
    ) -> Result<T, IamError> {
        self.records.mutate(decide).await
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the secret.
        f.debug_tuple("RootKey").field(&self.access_key_id).finish()
    }
}
