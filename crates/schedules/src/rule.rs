//! Rules of event buses, with their targets.

use std::collections::BTreeMap;

use calendar::{When, Zone};
use kv::Present;
use model::{BusName, EventRuleName};
use patterns::Pattern;
use records::{Page, Record, RecordError, decode, encode, find, page, page_where};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::bus::check_tags;
use crate::error::ScheduleError;
use crate::key::{BUSES, DUE, Kind, RULES, due_key, prefix, within};
use crate::schedules::{DEFAULT, Schedules};
use crate::target::{Target, TargetKind};

/// AWS's limits.
pub const TARGETS_MAX: usize = 5;
const PATTERN_CHARACTERS_MAX: usize = 4_096;
const ROLE_CHARACTERS_MAX: usize = 1_600;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub bus: BusName,
    pub name: EventRuleName,
    pub description: Option<String>,
    pub pattern: Option<String>,
    pub schedule: Option<String>,
    pub is_enabled: bool,
    pub role_arn: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub targets: Vec<Target>,
}

/// What PutRule says; what it leaves out is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRule {
    pub description: Option<String>,
    pub pattern: Option<String>,
    pub schedule: Option<String>,
    pub is_disabled: bool,
    pub role_arn: Option<String>,
    /// Only of a rule that is new: an older one keeps its own.
    pub tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredRule {
    description: Option<String>,
    pub(crate) pattern: Option<String>,
    pub(crate) schedule: Option<String>,
    pub(crate) is_enabled: bool,
    role_arn: Option<String>,
    tags: BTreeMap<String, String>,
    pub(crate) targets: Vec<Target>,
    /// From when rates count.
    pub(crate) begun_at: UnixMillis,
    pub(crate) next_at: Option<UnixMillis>,
}

impl Record for StoredRule {
    const VERSION: u8 = 1;
}

impl NewRule {
    fn check(&self, bus: &BusName) -> Result<(), ScheduleError> {
        let unfit = |field, why: String| Err(ScheduleError::Unfit { field, why });
        if self.pattern.is_none() && self.schedule.is_none() {
            let why = "one of EventPattern and ScheduleExpression is needed".to_owned();
            return unfit("EventPattern", why);
        }
        if let Some(pattern) = &self.pattern {
            if pattern.chars().count() > PATTERN_CHARACTERS_MAX {
                return unfit(
                    "EventPattern",
                    format!("at most {PATTERN_CHARACTERS_MAX} characters"),
                );
            }
            Pattern::parse(pattern)?;
        }
        if let Some(schedule) = &self.schedule {
            if bus.as_str() != DEFAULT {
                let why = "ScheduleExpression is supported only on the default event bus.";
                return unfit("ScheduleExpression", why.to_owned());
            }
            if let When::At(_) = When::parse(schedule)? {
                let why = "rules have rate(…) and cron(…); at(…) is for schedules".to_owned();
                return unfit("ScheduleExpression", why);
            }
        }
        if self.role_arn.as_ref().is_some_and(|arn| arn.len() > ROLE_CHARACTERS_MAX) {
            return unfit("RoleArn", format!("at most {ROLE_CHARACTERS_MAX} characters"));
        }
        check_tags(&self.tags)
    }
}

impl StoredRule {
    pub(crate) fn named(self, bus: BusName, name: EventRuleName) -> Rule {
        let StoredRule {
            description, pattern, schedule, is_enabled, role_arn, tags, targets, ..
        } = self;
        Rule { bus, name, description, pattern, schedule, is_enabled, role_arn, tags, targets }
    }

    /// The first moment behind this one, if the clock is what fires it.
    pub(crate) fn next_after(&self, after: UnixMillis) -> Option<UnixMillis> {
        // Checked when it was put.
        let when = When::parse(self.schedule.as_deref()?).ok()?;
        let next = when.next(secs(after), secs(self.begun_at), &Zone::utc())?;
        self.is_enabled.then_some(millis(next))
    }

    /// Sets when it is due next, in the index too.
    pub(crate) fn move_on(
        &mut self,
        present: &mut Present<'_>,
        key: &str,
        next_at: Option<UnixMillis>,
    ) {
        if let Some(at) = self.next_at {
            present.delete(DUE, due_key(at, Kind::Rule, key));
        }
        if let Some(at) = next_at {
            present.put(DUE, due_key(at, Kind::Rule, key), Vec::new());
        }
        self.next_at = next_at;
    }
}

pub(crate) fn secs(at: UnixMillis) -> i64 {
    i64::try_from(at / 1_000).unwrap_or(i64::MAX)
}

pub(crate) fn millis(secs: i64) -> UnixMillis {
    UnixMillis::try_from(secs).unwrap_or(0).saturating_mul(1_000)
}

impl Schedules {
    /// Makes a rule, or makes the one that is there what is said now. Its targets and tags stay.
    pub async fn put_rule(
        &self,
        bus: &BusName,
        name: &EventRuleName,
        new: NewRule,
    ) -> Result<(), ScheduleError> {
        new.check(bus)?;
        let (bus, key, now) = (bus.clone(), within(bus.as_str(), name.as_str()), self.now());
        self.decide(move |present| {
            let is_bus = bus.as_str() == DEFAULT;
            if !is_bus && present.get(BUSES, bus.as_str().as_bytes())?.is_none() {
                return Err(ScheduleError::NoBus(bus.into()));
            }
            let before: Option<StoredRule> =
                present.get(RULES, key.as_bytes())?.map(|bytes| decode(&bytes)).transpose()?;
            let NewRule { description, pattern, schedule, is_disabled, role_arn, tags } = new;
            let is_enabled = !is_disabled;
            let kept = before
                .as_ref()
                .filter(|before| before.schedule == schedule && before.is_enabled && is_enabled);
            let begun_at = kept.map_or(now, |before| before.begun_at);
            let next_at = before.as_ref().and_then(|before| before.next_at);
            let (tags, targets) =
                before.map_or((tags, Vec::new()), |before| (before.tags, before.targets));
            let mut rule = StoredRule {
                description,
                pattern,
                schedule,
                is_enabled,
                role_arn,
                tags,
                targets,
                begun_at,
                next_at,
            };
            let next_at = rule.next_after(now);
            rule.move_on(present, &key, next_at);
            present.put(RULES, &key, encode(&rule));
            Ok(())
        })
        .await?;
        self.shared.rule_sets.forget();
        Ok(())
    }

    pub fn rule(&self, bus: &BusName, name: &EventRuleName) -> Result<Rule, ScheduleError> {
        let snapshot = self.snapshot();
        let key = within(bus.as_str(), name.as_str());
        match find::<StoredRule>(&snapshot, RULES, &key)? {
            Some(found) => Ok(found.record.named(bus.clone(), name.clone())),
            None if self.has_bus(&snapshot, bus.as_str())? => Err(no_rule(bus, name)),
            None => Err(ScheduleError::NoBus(bus.as_str().to_owned())),
        }
    }

    /// Those of a bus whose names begin so.
    pub fn rules(
        &self,
        bus: &BusName,
        start: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Rule>, ScheduleError> {
        let snapshot = self.snapshot();
        if !self.has_bus(&snapshot, bus.as_str())? {
            return Err(ScheduleError::NoBus(bus.as_str().to_owned()));
        }
        let read = |rest: &str, value: &bytes::Bytes| {
            let name =
                EventRuleName::new(&format!("{start}{rest}")).map_err(|_| RecordError::Key)?;
            Ok(decode::<StoredRule>(value)?.named(bus.clone(), name))
        };
        let within = format!("{}{start}", prefix(bus.as_str()));
        Ok(page(&snapshot, RULES, &within, after, limit, read)?)
    }

    /// The names of those that have a target.
    pub fn rules_of_target(
        &self,
        bus: &BusName,
        target_arn: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<String>, ScheduleError> {
        let read = |rest: &str, value: &bytes::Bytes| {
            let rule: StoredRule = decode(value)?;
            let has = rule.targets.iter().any(|target| target.arn == target_arn);
            Ok(has.then(|| rest.to_owned()))
        };
        let within = prefix(bus.as_str());
        Ok(page_where(&self.snapshot(), RULES, &within, after, limit, read)?)
    }

    /// One that is not there is no error; one that has targets is.
    pub async fn delete_rule(
        &self,
        bus: &BusName,
        name: &EventRuleName,
    ) -> Result<(), ScheduleError> {
        let key = within(bus.as_str(), name.as_str());
        self.decide(move |present| {
            let Some(bytes) = present.get(RULES, key.as_bytes())? else { return Ok(()) };
            let mut rule: StoredRule = decode(&bytes)?;
            if !rule.targets.is_empty() {
                return Err(ScheduleError::HasTargets);
            }
            rule.move_on(present, &key, None);
            present.delete(RULES, &key);
            Ok(())
        })
        .await?;
        self.shared.rule_sets.forget();
        Ok(())
    }

    pub async fn enable_rule(
        &self,
        bus: &BusName,
        name: &EventRuleName,
        is_enabled: bool,
    ) -> Result<(), ScheduleError> {
        let now = self.now();
        self.change_rule(bus, name, move |present, key, rule| {
            if is_enabled && !rule.is_enabled {
                rule.begun_at = now;
            }
            rule.is_enabled = is_enabled;
            let next_at = rule.next_after(now);
            rule.move_on(present, key, next_at);
            Ok(())
        })
        .await
    }

    /// Puts targets; those with the same ids are replaced.
    pub async fn put_targets(
        &self,
        bus: &BusName,
        name: &EventRuleName,
        targets: Vec<Target>,
    ) -> Result<(), ScheduleError> {
        for target in &targets {
            target.check()?;
            if let Some(TargetKind::Publish) = TargetKind::of(&target.arn) {
                let why = "publishing is a target of schedules, not of rules".to_owned();
                return Err(ScheduleError::Unfit { field: "Arn", why });
            }
        }
        self.change_rule(bus, name, move |_, _, rule| {
            for target in targets {
                rule.targets.retain(|held| held.id != target.id);
                rule.targets.push(target);
            }
            match rule.targets.len() > TARGETS_MAX {
                true => Err(ScheduleError::Limit { what: "targets of a rule", most: TARGETS_MAX }),
                false => Ok(()),
            }
        })
        .await
    }

    /// Ids of targets that are not there are answered.
    pub async fn remove_targets(
        &self,
        bus: &BusName,
        name: &EventRuleName,
        ids: Vec<String>,
    ) -> Result<Vec<String>, ScheduleError> {
        self.change_rule(bus, name, move |_, _, rule| {
            let is_there = |id: &String| rule.targets.iter().any(|target| target.id == *id);
            let missing = ids.iter().filter(|id| !is_there(id)).cloned().collect();
            rule.targets.retain(|target| !ids.contains(&target.id));
            Ok(missing)
        })
        .await
    }

    pub async fn change_rule_tags(
        &self,
        bus: &BusName,
        name: &EventRuleName,
        change: impl FnOnce(&mut BTreeMap<String, String>) + Send + Sync + 'static,
    ) -> Result<(), ScheduleError> {
        self.change_rule(bus, name, move |_, _, rule| {
            change(&mut rule.tags);
            check_tags(&rule.tags)
        })
        .await
    }

    async fn change_rule<T: Send + Sync + 'static>(
        &self,
        bus: &BusName,
        name: &EventRuleName,
        change: impl FnOnce(&mut Present<'_>, &str, &mut StoredRule) -> Result<T, ScheduleError>
        + Send
        + Sync
        + 'static,
    ) -> Result<T, ScheduleError> {
        let key = within(bus.as_str(), name.as_str());
        let missing = no_rule(bus, name);
        let outcome = self
            .decide(move |present| {
                let bytes = present.get(RULES, key.as_bytes())?.ok_or(missing)?;
                let mut rule: StoredRule = decode(&bytes)?;
                let outcome = change(present, &key, &mut rule)?;
                present.put(RULES, &key, encode(&rule));
                Ok(outcome)
            })
            .await?;
        self.shared.rule_sets.forget();
        Ok(outcome)
    }
}

fn no_rule(bus: &BusName, name: &EventRuleName) -> ScheduleError {
    ScheduleError::NoRule { rule: name.as_str().to_owned(), bus: bus.as_str().to_owned() }
}
