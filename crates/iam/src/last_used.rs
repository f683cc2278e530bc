//! When a key was used last, and for what. Written now and then: nobody's request waits for it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kv::{Batch, Durability, Space};
use records::{Record, StoreError, encode, find};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::iam::Iam;

const LAST_USED: Space = Space::new("iam-last-used");

/// How old what is written may be. AWS is no more exact.
const PRECISION_MS: u64 = 15 * 60 * 1000;
/// How many keys are remembered as written; beyond it they are forgotten, and written again.
const REMEMBERED_MAX: usize = 4096;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    pub at: UnixMillis,
    pub service: String,
    pub region: String,
}

impl Record for LastUse {
    const VERSION: u8 = 1;
}

/// Which keys were written when.
#[derive(Debug, Default)]
pub(crate) struct LastUsed(Mutex<HashMap<String, UnixMillis>>);

impl LastUsed {
    /// Whether it is time to write this key's use, which is then taken as written.
    fn is_due(&self, id: &str, now: UnixMillis) -> bool {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.get(id).is_some_and(|at| now < at + PRECISION_MS) {
            return false;
        }
        if written.len() >= REMEMBERED_MAX {
            written.clear();
        }
        written.insert(id.to_owned(), now);
        true
    }
}

impl Iam {
    /// Notes that a key was used.
    pub fn used(&self, access_key: &str, service: &str, region: &str, now: UnixMillis) {
        // Those of sessions end by themselves, and the owner's is in no list.
        if !access_key.starts_with("AKIA") || access_key == self.shared.root.access_key_id {
            return;
        }
        if !self.shared.last_used.is_due(access_key, now) {
            return;
        }
        let (service, region) = (service.to_owned(), region.to_owned());
        let mut batch = Batch::new();
        batch.put(LAST_USED, access_key, encode(&LastUse { at: now, service, region }));
        batch.durability(Durability::Buffered);
        // The commit goes on by itself; if it fails, the next use is written.
        drop(self.records.store().commit(batch));
    }

    pub fn last_use(&self, access_key: &str) -> Result<Option<LastUse>, StoreError> {
        let found = find::<LastUse>(&self.snapshot(), LAST_USED, access_key)?;
        Ok(found.map(|found| found.record))
    }
}

pub(crate) fn forget(batch: &mut Batch, id: &str) {
    batch.delete(LAST_USED, id);
}
