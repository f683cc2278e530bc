//! Schedules: one time, one target.

use kv::Present;
use model::{ScheduleGroupName, ScheduleName};
use records::{Page, Record, RecordError, decode, encode, find, page_where};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::error::ScheduleError;
use crate::key::{DUE, GROUPS, Kind, SCHEDULES, due_key, parts, prefix, within};
use crate::runs::Times;
use crate::schedules::{DEFAULT, Schedules};
use crate::target::{Input, Target, TargetKind};

const DESCRIPTION_CHARACTERS_MAX: usize = 512;
const WINDOW_MINUTES_MAX: u32 = 1_440;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub group: ScheduleGroupName,
    pub name: ScheduleName,
    pub said: NewSchedule,
    pub created_at: UnixMillis,
    pub modified_at: UnixMillis,
}

/// What its owner says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSchedule {
    pub description: Option<String>,
    pub expression: String,
    /// `None`: UTC.
    pub zone: Option<String>,
    pub begins_at: Option<UnixMillis>,
    pub ends_at: Option<UnixMillis>,
    pub is_enabled: bool,
    pub window: Window,
    pub after_completion: AfterCompletion,
    pub target: Target,
}

/// Within how long after its time it may fire. We do at once, which is within any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    #[default]
    Off,
    Minutes(u32),
}

/// What becomes of a schedule that will not fire any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AfterCompletion {
    #[default]
    Keep,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredSchedule {
    pub(crate) said: NewSchedule,
    created_at: UnixMillis,
    modified_at: UnixMillis,
    /// From when rates count.
    begun_at: UnixMillis,
    pub(crate) next_at: Option<UnixMillis>,
}

impl Record for StoredSchedule {
    const VERSION: u8 = 1;
}

impl NewSchedule {
    fn check(&self) -> Result<(), ScheduleError> {
        let unfit = |field, why: String| Err(ScheduleError::Unfit { field, why });
        self.times(0)?;
        let text = self.description.as_deref().unwrap_or_default();
        if text.chars().count() > DESCRIPTION_CHARACTERS_MAX {
            return unfit(
                "Description",
                format!("at most {DESCRIPTION_CHARACTERS_MAX} characters"),
            );
        }
        if let Window::Minutes(minutes) = self.window
            && !(1..=WINDOW_MINUTES_MAX).contains(&minutes)
        {
            let why = format!("must be between 1 and {WINDOW_MINUTES_MAX}");
            return unfit("FlexibleTimeWindow.MaximumWindowInMinutes", why);
        }
        if self.target.role_arn.is_none() {
            return unfit("Target.RoleArn", "is needed".to_owned());
        }
        if let Some(TargetKind::Publish) = TargetKind::of(&self.target.arn)
            && !matches!(self.target.input, Input::Constant(_))
        {
            return unfit("Target.Input", "is needed: it names the topic".to_owned());
        }
        self.target.check()
    }

    fn times(&self, made_at: UnixMillis) -> Result<Times, ScheduleError> {
        let dates = (self.begins_at, self.ends_at);
        Times::of(&self.expression, self.zone.as_deref(), dates, made_at)
    }
}

impl StoredSchedule {
    fn named(self, group: ScheduleGroupName, name: ScheduleName) -> Schedule {
        let StoredSchedule { said, created_at, modified_at, .. } = self;
        Schedule { group, name, said, created_at, modified_at }
    }

    /// None if it is disabled. What it says was checked when it was put.
    fn times(&self) -> Option<Times> {
        self.said.times(self.begun_at).ok().filter(|_| self.said.is_enabled)
    }

    /// The first moment behind this one within its dates.
    pub(crate) fn next_after(&self, after: UnixMillis) -> Option<UnixMillis> {
        self.times()?.next_after(after)
    }

    fn first_after(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.times()?.first_after(now)
    }

    /// Sets when it is due next, in the index too.
    pub(crate) fn move_on(
        &mut self,
        present: &mut Present<'_>,
        key: &str,
        next_at: Option<UnixMillis>,
    ) {
        if let Some(at) = self.next_at {
            present.delete(DUE, due_key(at, Kind::Schedule, key));
        }
        if let Some(at) = next_at {
            present.put(DUE, due_key(at, Kind::Schedule, key), Vec::new());
        }
        self.next_at = next_at;
    }
}

impl Schedules {
    pub async fn create_schedule(
        &self,
        group: &ScheduleGroupName,
        name: &ScheduleName,
        said: NewSchedule,
    ) -> Result<(), ScheduleError> {
        said.check()?;
        let (group, name, now) = (group.clone(), name.clone(), self.now());
        self.decide(move |present| {
            let is_default = group.as_str() == DEFAULT;
            if !is_default && present.get(GROUPS, group.as_str().as_bytes())?.is_none() {
                return Err(ScheduleError::NoGroup(group.into()));
            }
            let key = within(group.as_str(), name.as_str());
            if present.get(SCHEDULES, key.as_bytes())?.is_some() {
                return Err(ScheduleError::ScheduleExists(name.into()));
            }
            let begun_at = begun_at(&said, now);
            let mut stored =
                StoredSchedule { said, created_at: now, modified_at: now, begun_at, next_at: None };
            let next_at = stored.first_after(now);
            stored.move_on(present, &key, next_at);
            present.put(SCHEDULES, &key, encode(&stored));
            Ok(())
        })
        .await
    }

    /// Says all of it anew; what is left out is none.
    pub async fn update_schedule(
        &self,
        group: &ScheduleGroupName,
        name: &ScheduleName,
        said: NewSchedule,
    ) -> Result<(), ScheduleError> {
        said.check()?;
        let (group, name, now) = (group.clone(), name.clone(), self.now());
        self.decide(move |present| {
            let key = within(group.as_str(), name.as_str());
            let bytes = present.get(SCHEDULES, key.as_bytes())?;
            let bytes = bytes.ok_or_else(|| ScheduleError::NoSchedule(name.into()))?;
            let mut stored: StoredSchedule = decode(&bytes)?;
            let is_same = stored.said.expression == said.expression
                && stored.said.begins_at == said.begins_at
                && stored.said.is_enabled
                && said.is_enabled;
            (stored.said, stored.modified_at) = (said, now);
            let next_at = if is_same {
                stored.next_after(now)
            } else {
                stored.begun_at = begun_at(&stored.said, now);
                stored.first_after(now)
            };
            stored.move_on(present, &key, next_at);
            present.put(SCHEDULES, &key, encode(&stored));
            Ok(())
        })
        .await
    }

    pub async fn delete_schedule(
        &self,
        group: &ScheduleGroupName,
        name: &ScheduleName,
    ) -> Result<(), ScheduleError> {
        let (key, name) = (within(group.as_str(), name.as_str()), name.clone());
        self.decide(move |present| {
            let bytes = present.get(SCHEDULES, key.as_bytes())?;
            let bytes = bytes.ok_or_else(|| ScheduleError::NoSchedule(name.into()))?;
            let mut stored: StoredSchedule = decode(&bytes)?;
            stored.move_on(present, &key, None);
            present.delete(SCHEDULES, &key);
            Ok(())
        })
        .await
    }

    pub fn schedule(
        &self,
        group: &ScheduleGroupName,
        name: &ScheduleName,
    ) -> Result<Schedule, ScheduleError> {
        let key = within(group.as_str(), name.as_str());
        let found = find::<StoredSchedule>(&self.snapshot(), SCHEDULES, &key)?;
        let found = found.ok_or_else(|| ScheduleError::NoSchedule(name.as_str().to_owned()))?;
        Ok(found.record.named(group.clone(), name.clone()))
    }

    /// Those of a group, or of all, that are wanted.
    pub fn schedules(
        &self,
        group: Option<&ScheduleGroupName>,
        after: Option<&str>,
        limit: usize,
        is_wanted: impl Fn(&Schedule) -> bool,
    ) -> Result<Page<Schedule>, ScheduleError> {
        let start = group.map_or_else(String::new, |group| prefix(group.as_str()));
        let read = |rest: &str, value: &bytes::Bytes| {
            let key = format!("{start}{rest}");
            let (group, name) = parts(&key).ok_or(RecordError::Key)?;
            let group = ScheduleGroupName::new(group).map_err(|_| RecordError::Key)?;
            let name = ScheduleName::new(name).map_err(|_| RecordError::Key)?;
            let schedule = decode::<StoredSchedule>(value)?.named(group, name);
            Ok(Some(schedule).filter(|schedule| is_wanted(schedule)))
        };
        Ok(page_where(&self.snapshot(), SCHEDULES, &start, after, limit, read)?)
    }
}

/// Rates count from when a schedule begins.
fn begun_at(said: &NewSchedule, now: UnixMillis) -> UnixMillis {
    said.begins_at.unwrap_or(now)
}
