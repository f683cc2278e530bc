//! Event buses: what rules listen to.

use std::collections::BTreeMap;

use kv::Snapshot;
use model::BusName;
use records::{Page, Record, decode, encode, find, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::ScheduleError;
use crate::key::{BUSES, RULES, prefix};
use crate::schedules::{DEFAULT, Schedules};

/// AWS's limits.
pub(crate) const TAGS_MAX: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bus {
    pub name: BusName,
    pub description: Option<String>,
    pub tags: BTreeMap<String, String>,
    /// `None` for the one that is always there.
    pub created_at: Option<UnixMillis>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredBus {
    description: Option<String>,
    tags: BTreeMap<String, String>,
    created_at: Option<UnixMillis>,
}

impl Record for StoredBus {
    const VERSION: u8 = 1;
}

impl StoredBus {
    fn named(self, name: BusName) -> Bus {
        let StoredBus { description, tags, created_at } = self;
        Bus { name, description, tags, created_at }
    }
}

impl Schedules {
    pub async fn create_bus(
        &self,
        name: &BusName,
        description: Option<String>,
        tags: BTreeMap<String, String>,
    ) -> Result<(), ScheduleError> {
        check_tags(&tags)?;
        let (name, created_at) = (name.clone(), Some(self.now()));
        self.decide(move |present| {
            let is_there = present.get(BUSES, name.as_str().as_bytes())?.is_some();
            if is_there || name.as_str() == DEFAULT {
                return Err(ScheduleError::BusExists(name.into()));
            }
            let stored = StoredBus { description, tags, created_at };
            present.put(BUSES, name.as_str(), encode(&stored));
            Ok(())
        })
        .await
    }

    /// One that is not there is no error; one that has rules is.
    pub async fn delete_bus(&self, name: &BusName) -> Result<(), ScheduleError> {
        let unfit = |why: &str| {
            Err(ScheduleError::Unfit { field: "Name", why: format!("event bus {name} {why}") })
        };
        if name.as_str() == DEFAULT {
            return unfit("is always there");
        }
        if self.has_rules(&self.snapshot(), name.as_str())? {
            return unfit("has rules");
        }
        let key = name.clone();
        self.decide(move |present| {
            present.delete(BUSES, key.as_str());
            Ok(())
        })
        .await
    }

    pub fn bus(&self, name: &BusName) -> Result<Bus, ScheduleError> {
        let found = find::<StoredBus>(&self.snapshot(), BUSES, name.as_str())?;
        match found {
            Some(found) => Ok(found.record.named(name.clone())),
            None if name.as_str() == DEFAULT => Ok(default_bus()),
            None => Err(ScheduleError::NoBus(name.as_str().to_owned())),
        }
    }

    /// Those whose names begin so, the default one first.
    pub fn buses(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Bus>, ScheduleError> {
        let snapshot = self.snapshot();
        let read = |rest: &str, value: &bytes::Bytes| {
            let name = BusName::new(&format!("{prefix}{rest}"));
            let name = name.map_err(|_| records::RecordError::Key)?;
            Ok(decode::<StoredBus>(value)?.named(name))
        };
        let mut found = page(&snapshot, BUSES, prefix, after, limit, read)?;
        let is_stored = find::<StoredBus>(&snapshot, BUSES, DEFAULT)?.is_some();
        if after.is_none() && DEFAULT.starts_with(prefix) && !is_stored {
            found.items.insert(0, default_bus());
        }
        Ok(found)
    }

    pub async fn change_bus_tags(
        &self,
        name: &BusName,
        change: impl FnOnce(&mut BTreeMap<String, String>) + Send + Sync + 'static,
    ) -> Result<(), ScheduleError> {
        let name = name.clone();
        self.decide(move |present| {
            let stored = present.get(BUSES, name.as_str().as_bytes())?;
            let mut bus: StoredBus = match stored {
                Some(bytes) => decode(&bytes)?,
                None if name.as_str() == DEFAULT => {
                    StoredBus { description: None, tags: BTreeMap::new(), created_at: None }
                }
                None => return Err(ScheduleError::NoBus(name.into())),
            };
            change(&mut bus.tags);
            check_tags(&bus.tags)?;
            present.put(BUSES, name.as_str(), encode(&bus));
            Ok(())
        })
        .await
    }

    pub(crate) fn has_bus(&self, snapshot: &Snapshot, name: &str) -> Result<bool, ScheduleError> {
        Ok(name == DEFAULT || find::<StoredBus>(snapshot, BUSES, name)?.is_some())
    }

    /// Whether a bus holds any rule. Read in the order of the keys, so it stops at once.
    pub(crate) fn has_rules(&self, snapshot: &Snapshot, bus: &str) -> Result<bool, ScheduleError> {
        Ok(snapshot.scan(RULES, prefix(bus).as_bytes())?.next().transpose()?.is_some())
    }
}

fn default_bus() -> Bus {
    Bus {
        name: Schedules::default_bus(),
        description: None,
        tags: BTreeMap::new(),
        created_at: None,
    }
}

pub(crate) fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), ScheduleError> {
    match tags.len() > TAGS_MAX {
        true => Err(ScheduleError::Limit { what: "tags", most: TAGS_MAX }),
        false => Ok(()),
    }
}
