//! Groups of schedules.

use std::collections::BTreeMap;

use model::{ScheduleGroupName, ScheduleName};
use records::{Page, Record, RecordError, decode, encode, find, page};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::bus::check_tags;
use crate::error::ScheduleError;
use crate::key::{GROUPS, SCHEDULES, prefix};
use crate::schedules::{DEFAULT, Schedules};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: ScheduleGroupName,
    pub tags: BTreeMap<String, String>,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct StoredGroup {
    tags: BTreeMap<String, String>,
    created_at: UnixMillis,
    modified_at: UnixMillis,
}

impl Record for StoredGroup {
    const VERSION: u8 = 1;
}

impl StoredGroup {
    fn named(self, name: ScheduleGroupName) -> Group {
        let StoredGroup { tags, created_at, modified_at } = self;
        Group { name, tags, created_at, modified_at }
    }
}

impl Schedules {
    pub async fn create_group(
        &self,
        name: &ScheduleGroupName,
        tags: BTreeMap<String, String>,
    ) -> Result<(), ScheduleError> {
        check_tags(&tags)?;
        let (name, now) = (name.clone(), self.now());
        self.decide(move |present| {
            let is_there = present.get(GROUPS, name.as_str().as_bytes())?.is_some();
            if is_there || name.as_str() == DEFAULT {
                return Err(ScheduleError::GroupExists(name.into()));
            }
            let stored = StoredGroup { tags, created_at: now, modified_at: now };
            present.put(GROUPS, name.as_str(), encode(&stored));
            Ok(())
        })
        .await
    }

    /// Deletes a group with all that is in it.
    pub async fn delete_group(&self, name: &ScheduleGroupName) -> Result<(), ScheduleError> {
        if name.as_str() == DEFAULT {
            let why = "the default group is always there".to_owned();
            return Err(ScheduleError::Unfit { field: "Name", why });
        }
        self.group(name)?;
        let start = prefix(name.as_str());
        for found in self.snapshot().scan(SCHEDULES, start.as_bytes())? {
            let (key, _) = found?;
            let text = std::str::from_utf8(&key[start.len()..]).map_err(|_| RecordError::Key)?;
            let schedule = ScheduleName::new(text).map_err(|_| RecordError::Key)?;
            match self.delete_schedule(name, &schedule).await {
                Ok(()) | Err(ScheduleError::NoSchedule(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let key = name.clone();
        self.decide(move |present| {
            present.delete(GROUPS, key.as_str());
            Ok(())
        })
        .await
    }

    pub fn group(&self, name: &ScheduleGroupName) -> Result<Group, ScheduleError> {
        let found = find::<StoredGroup>(&self.snapshot(), GROUPS, name.as_str())?;
        match found {
            Some(found) => Ok(found.record.named(name.clone())),
            None if name.as_str() == DEFAULT => Ok(StoredGroup::default().named(name.clone())),
            None => Err(ScheduleError::NoGroup(name.as_str().to_owned())),
        }
    }

    /// Those whose names begin so, the default one first.
    pub fn groups(
        &self,
        start: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Group>, ScheduleError> {
        let snapshot = self.snapshot();
        let read = |rest: &str, value: &bytes::Bytes| {
            let name = ScheduleGroupName::new(&format!("{start}{rest}"));
            let name = name.map_err(|_| RecordError::Key)?;
            Ok(decode::<StoredGroup>(value)?.named(name))
        };
        let mut found = page(&snapshot, GROUPS, start, after, limit, read)?;
        let is_stored = find::<StoredGroup>(&snapshot, GROUPS, DEFAULT)?.is_some();
        if after.is_none() && DEFAULT.starts_with(start) && !is_stored {
            found.items.insert(0, StoredGroup::default().named(Schedules::default_group()));
        }
        Ok(found)
    }

    pub async fn change_group_tags(
        &self,
        name: &ScheduleGroupName,
        change: impl FnOnce(&mut BTreeMap<String, String>) + Send + Sync + 'static,
    ) -> Result<(), ScheduleError> {
        let name = name.clone();
        self.decide(move |present| {
            let stored = present.get(GROUPS, name.as_str().as_bytes())?;
            let mut group: StoredGroup = match stored {
                Some(bytes) => decode(&bytes)?,
                None if name.as_str() == DEFAULT => StoredGroup::default(),
                None => return Err(ScheduleError::NoGroup(name.into())),
            };
            change(&mut group.tags);
            check_tags(&group.tags)?;
            present.put(GROUPS, name.as_str(), encode(&group));
            Ok(())
        })
        .await
    }
}
