//! The rules that are switched on, found by topic.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use model::RuleName;
use registry::StoreError;
use router::Tree;

use crate::hall::Shared;
use crate::hall::rule::Rule;

/// The present rules. Made anew when somebody asks after a rule changed.
#[derive(Debug, Default)]
pub(crate) struct RuleSets(RwLock<Made>);

#[derive(Debug, Default)]
struct Made {
    /// Rises when rules change, so that a set that was made of older ones is not kept.
    changes: u64,
    set: Option<Arc<RuleSet>>,
    /// The last set, whose rules that did not change are taken over.
    last: Option<Arc<RuleSet>>,
}

#[derive(Debug)]
pub(crate) struct RuleSet {
    by_filter: Tree<RuleName, Arc<Rule>>,
    by_name: HashMap<RuleName, Arc<Rule>>,
}

impl RuleSet {
    /// Those that listen to a topic.
    pub(crate) fn of_topic(&self, topic: &str) -> Vec<Arc<Rule>> {
        let mut rules = Vec::new();
        self.by_filter.each_match(topic, |_, rule| rules.push(Arc::clone(rule)));
        // In the order of their names, so that stories and effects are told in one order.
        rules.sort_by(|one, other| one.name.cmp(&other.name));
        rules
    }

    pub(crate) fn all(&self) -> Vec<Arc<Rule>> {
        let mut rules: Vec<_> = self.by_name.values().cloned().collect();
        rules.sort_by(|one, other| one.name.cmp(&other.name));
        rules
    }

    pub(crate) fn of_name(&self, name: &str) -> Option<&Arc<Rule>> {
        self.by_name.get(name)
    }
}

impl RuleSets {
    /// A rule changed.
    pub(crate) fn forget(&self) {
        let mut made = self.0.write().unwrap_or_else(PoisonError::into_inner);
        made.changes += 1;
        if let Some(set) = made.set.take() {
            made.last = Some(set);
        }
    }
}

impl Shared {
    /// The rules as they are now.
    pub(crate) fn rule_set(&self) -> Result<Arc<RuleSet>, StoreError> {
        let (changes, last) = {
            let made = self.rules.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(set) = &made.set {
                return Ok(Arc::clone(set));
            }
            (made.changes, made.last.clone())
        };
        let set = Arc::new(self.make_rule_set(last.as_deref())?);
        let mut made = self.rules.0.write().unwrap_or_else(PoisonError::into_inner);
        if made.changes == changes {
            made.set = Some(Arc::clone(&set));
            made.last = None;
        }
        Ok(set)
    }

    fn make_rule_set(&self, last: Option<&RuleSet>) -> Result<RuleSet, StoreError> {
        let mut set = RuleSet { by_filter: Tree::new(false), by_name: HashMap::new() };
        for stored in self.registry().all_topic_rules()? {
            if stored.text.is_disabled {
                continue;
            }
            let known = last.and_then(|last| last.of_name(stored.name.as_str()));
            let rule = match known.filter(|known| known.text == stored.text) {
                Some(known) => Arc::clone(known),
                None => {
                    match self.read_rule(&stored.name, &stored.text) {
                        Ok(rule) => Arc::new(rule),
                        Err(error) => {
                            // It was accepted once, by another version of this program.
                            tracing::error!(%error, rule = %stored.name, "a rule cannot run");
                            continue;
                        }
                    }
                }
            };
            if let Some(filter) = rule.statement.filter() {
                set.by_filter.insert(filter.as_str(), stored.name.clone(), Arc::clone(&rule));
            }
            set.by_name.insert(stored.name, rule);
        }
        Ok(set)
    }
}
