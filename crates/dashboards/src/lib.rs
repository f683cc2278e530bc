//! Dashboards: documents in JSON that say which figures are shown, and how.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `dashboards` | name | the document, when it was written and by whom |
//!
//! What a document means is the pages' matter (`console`); here it is kept, whole, as it was written.

mod name;

use kv::{Batch, Expect, Snapshot, Space, Store};
use records::{
    Decision, Found, Page, Record, RecordError, Records, StoreError, encode, find, page,
};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

pub use name::{DashboardName, DashboardNameError};

const DASHBOARDS: Space = Space::new("dashboards");

/// Some hundred panels; a document is read and drawn as a whole.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboard {
    pub name: DashboardName,
    /// A JSON object.
    pub body: String,
    pub updated_at: UnixMillis,
    /// The ARN of who wrote it.
    pub updated_by: String,
}

#[derive(Debug, thiserror::Error)]
pub enum DashboardError {
    #[error("the dashboard {name} does not exist")]
    NotFound { name: DashboardName },
    #[error("the body has {bytes} bytes; at most {BODY_BYTES_MAX} are kept")]
    TooLarge { bytes: usize },
    #[error("the body is no JSON object: {what}")]
    NoObject { what: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The dashboards of the house. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Dashboards(Records<()>);

impl Dashboards {
    pub fn new(store: Store) -> Dashboards {
        Dashboards(Records::new(store))
    }

    /// Writes a dashboard, in place of the one of its name.
    pub async fn put(&self, dashboard: Dashboard) -> Result<(), DashboardError> {
        check(&dashboard.body)?;
        let Dashboard { name, body, updated_at, updated_by } = dashboard;
        let stored = encode(&StoredDashboard { body, updated_at, updated_by });
        self.0
            .mutate(|_| {
                let mut batch = Batch::new();
                batch.put(DASHBOARDS, name.as_str(), stored.clone());
                Ok(Decision { batch, changes: Vec::new(), outcome: () })
            })
            .await
    }

    pub fn get(&self, name: &DashboardName) -> Result<Option<Dashboard>, StoreError> {
        let found = stored(&self.0.snapshot(), name)?;
        Ok(found.map(|found| found.record.into_dashboard(name.clone())))
    }

    pub async fn delete(&self, name: &DashboardName) -> Result<(), DashboardError> {
        self.0
            .mutate(|snapshot| {
                let missing = || DashboardError::NotFound { name: name.clone() };
                let Found { bytes, .. } = stored(snapshot, name)?.ok_or_else(missing)?;
                let mut batch = Batch::new();
                batch.require(DASHBOARDS, name.as_str(), Expect::Value(bytes));
                batch.delete(DASHBOARDS, name.as_str());
                Ok(Decision { batch, changes: Vec::new(), outcome: () })
            })
            .await
    }

    /// In the order of their names; `after` and the page's `next` are names without the prefix.
    pub fn list(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Dashboard>, StoreError> {
        page(&self.0.snapshot(), DASHBOARDS, prefix, after, limit, |rest, bytes| {
            let name = DashboardName::new(format!("{prefix}{rest}"));
            let name = name.map_err(|_| RecordError::Key)?;
            Ok(records::decode::<StoredDashboard>(bytes)?.into_dashboard(name))
        })
    }
}

fn check(body: &str) -> Result<(), DashboardError> {
    if body.len() > BODY_BYTES_MAX {
        return Err(DashboardError::TooLarge { bytes: body.len() });
    }
    let read: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_str(body);
    read.map(drop).map_err(|error| DashboardError::NoObject { what: error.to_string() })
}

fn stored(
    snapshot: &Snapshot,
    name: &DashboardName,
) -> Result<Option<Found<StoredDashboard>>, StoreError> {
    find(snapshot, DASHBOARDS, name.as_str())
}

/// As it is stored; its name is the key.
#[derive(Serialize, Deserialize)]
struct StoredDashboard {
    body: String,
    updated_at: UnixMillis,
    updated_by: String,
}

impl Record for StoredDashboard {
    const VERSION: u8 = 1;
}

impl StoredDashboard {
    fn into_dashboard(self, name: DashboardName) -> Dashboard {
        let StoredDashboard { body, updated_at, updated_by } = self;
        Dashboard { name, body, updated_at, updated_by }
    }
}

#[cfg(test)]
mod tests;
