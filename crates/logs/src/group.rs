//! Log groups.

use std::collections::BTreeMap;

use bytes::Bytes;
use kv::{Present, Snapshot};
use model::LogGroupName;
use records::{Page, Record, RecordError, decode, encode, page_where};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::LogsError;
use crate::key::{BYTES, CHORES, GROUPS, events_prefix};
use crate::logs::{Logs, next_number, number_in};

/// AWS's limit.
const TAGS_MAX: usize = 50;

/// The numbers of days that AWS lets a group keep its events for.
pub const RETENTION_DAYS: &[u32] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: LogGroupName,
    pub created_at: UnixMillis,
    /// `None`: for ever.
    pub retention_days: Option<u32>,
    pub tags: BTreeMap<String, String>,
    pub stored_bytes: u64,
    pub(crate) number: u64,
}

/// Which groups are asked for.
#[derive(Clone, Debug, Default)]
pub struct GroupFilter {
    pub prefix: Option<String>,
    /// Part of the name, in whatever case.
    pub part: Option<String>,
}

/// A group as it is stored; its name is the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredGroup {
    pub(crate) number: u64,
    pub(crate) created_at: UnixMillis,
    pub(crate) retention_days: Option<u32>,
    pub(crate) tags: BTreeMap<String, String>,
}

impl Record for StoredGroup {
    const VERSION: u8 = 1;
}

impl Logs {
    pub async fn create_group(
        &self,
        name: &LogGroupName,
        tags: BTreeMap<String, String>,
        now: UnixMillis,
    ) -> Result<(), LogsError> {
        check_tags(&tags)?;
        let name = name.clone();
        self.decide(bytes_of(&tags), move |present| {
            if group_in(present, &name)?.is_some() {
                return Err(LogsError::GroupExists);
            }
            let number = next_number(present)?;
            let group = StoredGroup { number, created_at: now, retention_days: None, tags };
            present.put(GROUPS, name.as_str(), encode(&group));
            Ok(())
        })
        .await
    }

    /// Its streams and events are gone at once, and taken away by the sweeper.
    pub async fn delete_group(&self, name: &LogGroupName) -> Result<(), LogsError> {
        let name = name.clone();
        self.decide(0, move |present| {
            let group = group_in(present, &name)?.ok_or(LogsError::NoGroup)?;
            present.delete(GROUPS, name.as_str());
            present.put(CHORES, events_prefix(group.number, 0), Bytes::new());
            Ok(())
        })
        .await
    }

    /// How long events are kept; `None`: for ever.
    pub async fn set_retention(
        &self,
        name: &LogGroupName,
        days: Option<u32>,
    ) -> Result<(), LogsError> {
        if let Some(days) = days.filter(|days| !RETENTION_DAYS.contains(days)) {
            return Err(LogsError::Retention { days });
        }
        self.change_group(name, 0, move |group| {
            group.retention_days = days;
            Ok(())
        })
        .await
    }

    pub async fn tag_group(
        &self,
        name: &LogGroupName,
        tags: BTreeMap<String, String>,
    ) -> Result<(), LogsError> {
        self.change_group(name, bytes_of(&tags), move |group| {
            group.tags.extend(tags);
            check_tags(&group.tags)
        })
        .await
    }

    /// Tags that are not there are no error.
    pub async fn untag_group(
        &self,
        name: &LogGroupName,
        keys: Vec<String>,
    ) -> Result<(), LogsError> {
        self.change_group(name, 0, move |group| {
            group.tags.retain(|key, _| !keys.contains(key));
            Ok(())
        })
        .await
    }

    pub fn group(&self, name: &LogGroupName) -> Result<Option<Group>, LogsError> {
        let snapshot = self.snapshot();
        let Some(stored) = stored_group(&snapshot, name)? else { return Ok(None) };
        Ok(Some(group_of(&snapshot, name.clone(), stored)?))
    }

    /// Groups in the order of their names, from behind `after` on.
    pub fn groups(
        &self,
        filter: &GroupFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Group>, LogsError> {
        let snapshot = self.snapshot();
        let prefix = filter.prefix.as_deref().unwrap_or_default();
        let part = filter.part.as_deref().unwrap_or_default().to_ascii_lowercase();
        let page = page_where(&snapshot, GROUPS, prefix, after, limit, |rest, value| {
            let name = format!("{prefix}{rest}");
            if !name.to_ascii_lowercase().contains(&part) {
                return Ok(None);
            }
            let name = LogGroupName::new(&name).map_err(|_| RecordError::Key)?;
            Ok(Some((name, decode::<StoredGroup>(value)?)))
        })?;
        let (found, next) = (page.items.into_iter(), page.next);
        let items = found.map(|(name, stored)| group_of(&snapshot, name, stored));
        Ok(Page { items: items.collect::<Result<_, _>>()?, next })
    }

    async fn change_group(
        &self,
        name: &LogGroupName,
        bytes: usize,
        change: impl FnOnce(&mut StoredGroup) -> Result<(), LogsError> + Send + Sync + 'static,
    ) -> Result<(), LogsError> {
        let name = name.clone();
        self.decide(bytes, move |present| {
            let mut group = group_in(present, &name)?.ok_or(LogsError::NoGroup)?;
            change(&mut group)?;
            present.put(GROUPS, name.as_str(), encode(&group));
            Ok(())
        })
        .await
    }
}

fn group_of(
    snapshot: &Snapshot,
    name: LogGroupName,
    stored: StoredGroup,
) -> Result<Group, LogsError> {
    let StoredGroup { number, created_at, retention_days, tags } = stored;
    let stored_bytes = number_in(snapshot.get(BYTES, &number.to_be_bytes())?);
    Ok(Group { name, created_at, retention_days, tags, stored_bytes, number })
}

pub(crate) fn group_in(
    present: &mut Present<'_>,
    name: &LogGroupName,
) -> Result<Option<StoredGroup>, LogsError> {
    let found = present.get(GROUPS, name.as_str().as_bytes())?;
    Ok(found.map(|bytes| decode(&bytes)).transpose()?)
}

pub(crate) fn stored_group(
    snapshot: &Snapshot,
    name: &LogGroupName,
) -> Result<Option<StoredGroup>, LogsError> {
    let found = snapshot.get(GROUPS, name.as_str().as_bytes())?;
    Ok(found.map(|bytes| decode(&bytes)).transpose()?)
}

/// Counts what a group holds.
pub(crate) fn add_bytes(
    present: &mut Present<'_>,
    group: u64,
    change: i64,
) -> Result<(), LogsError> {
    let key = group.to_be_bytes();
    let held = number_in(present.get(BYTES, &key)?).saturating_add_signed(change);
    present.put(BYTES, key, held.to_be_bytes().to_vec());
    Ok(())
}

fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), LogsError> {
    match tags.len() {
        0..=TAGS_MAX => Ok(()),
        _ => Err(LogsError::TooManyTags { most: TAGS_MAX }),
    }
}

fn bytes_of(tags: &BTreeMap<String, String>) -> usize {
    tags.iter().map(|(key, value)| key.len() + value.len()).sum()
}
