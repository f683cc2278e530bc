//! Rules that listen to events, compiled, for each bus. Forgotten when any rule changes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use patterns::Pattern;
use records::{RecordError, decode};
use serde_json::Value;

use crate::error::ScheduleError;
use crate::key::{RULES, prefix};
use crate::rule::StoredRule;
use crate::schedules::Schedules;
use crate::target::Target;

#[derive(Debug, Default)]
pub(crate) struct RuleSets {
    epoch: AtomicU64,
    by_bus: Mutex<HashMap<String, (u64, Arc<RuleSet>)>>,
}

/// The rules of one bus.
#[derive(Debug, Default)]
pub(crate) struct RuleSet(Vec<Listening>);

#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) name: String,
    pattern: Pattern,
    pub(crate) targets: Vec<Target>,
}

impl RuleSets {
    /// After a change is on disk, so that whoever is told of it finds it.
    pub(crate) fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }
}

impl RuleSet {
    pub(crate) fn wanting<'s>(&'s self, event: &Value) -> impl Iterator<Item = &'s Listening> {
        self.0.iter().filter(move |rule| rule.pattern.fits(event))
    }
}

impl Schedules {
    pub(crate) fn rule_set(&self, bus: &str) -> Result<Arc<RuleSet>, ScheduleError> {
        let sets = &self.shared.rule_sets;
        // Before reading: what changes meanwhile is read anew by the next.
        let epoch = sets.epoch.load(Ordering::Acquire);
        let held = sets.by_bus.lock().unwrap_or_else(PoisonError::into_inner).get(bus).cloned();
        if let Some((_, set)) = held.filter(|(known_at, _)| *known_at == epoch) {
            return Ok(set);
        }
        let set = Arc::new(self.read_rule_set(bus)?);
        let mut held = sets.by_bus.lock().unwrap_or_else(PoisonError::into_inner);
        // Buses that are gone leave nothing behind.
        held.retain(|_, (known_at, _)| *known_at == epoch);
        held.insert(bus.to_owned(), (epoch, Arc::clone(&set)));
        Ok(set)
    }

    fn read_rule_set(&self, bus: &str) -> Result<RuleSet, ScheduleError> {
        let (snapshot, start) = (self.snapshot(), prefix(bus));
        let mut set = RuleSet::default();
        for found in snapshot.scan(RULES, start.as_bytes())? {
            let (key, value) = found?;
            let rule: StoredRule = decode(&value)?;
            let Some(pattern) = rule.pattern.filter(|_| rule.is_enabled) else { continue };
            let name = std::str::from_utf8(&key[start.len()..]).map_err(|_| RecordError::Key)?;
            let (name, pattern) = (name.to_owned(), Pattern::parse(&pattern)?);
            set.0.push(Listening { name, pattern, targets: rule.targets });
        }
        Ok(set)
    }
}
