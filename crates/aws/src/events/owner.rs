//! Whose tags: a rule's or a bus's.

use std::collections::BTreeMap;

use model::{BusName, EventRuleName};

use super::words::invalid;
use crate::error::AwsError;
use crate::state::State;

#[derive(Debug)]
pub(super) enum Owner {
    Rule(BusName, EventRuleName),
    Bus(BusName),
}

impl Owner {
    pub(super) fn of(state: &State, arn: &str) -> Result<Owner, AwsError> {
        Owner::read(state, arn).ok_or_else(|| {
            invalid(format!(
                "ResourceARN: {arn} is neither a rule nor an event bus of this account"
            ))
        })
    }

    fn read(state: &State, arn: &str) -> Option<Owner> {
        let home = state.fleet.registry().home();
        let path =
            arn.strip_prefix(&format!("arn:aws:events:{}:{}:", home.region, home.account))?;
        if let Some(bus) = path.strip_prefix("event-bus/") {
            return BusName::new(bus).ok().map(Owner::Bus);
        }
        let rule = path.strip_prefix("rule/")?;
        // Names of buses may hold slashes; those of rules do not.
        let (bus, rule) = rule.rsplit_once('/').unwrap_or(("default", rule));
        Some(Owner::Rule(BusName::new(bus).ok()?, EventRuleName::new(rule).ok()?))
    }

    pub(super) fn tags(&self, state: &State) -> Result<BTreeMap<String, String>, AwsError> {
        Ok(match self {
            Owner::Rule(bus, rule) => state.schedules.rule(bus, rule)?.tags,
            Owner::Bus(bus) => state.schedules.bus(bus)?.tags,
        })
    }

    pub(super) async fn change_tags(
        &self,
        state: &State,
        change: impl FnOnce(&mut BTreeMap<String, String>) + Send + Sync + 'static,
    ) -> Result<(), AwsError> {
        match self {
            Owner::Rule(bus, rule) => state.schedules.change_rule_tags(bus, rule, change).await?,
            Owner::Bus(bus) => state.schedules.change_bus_tags(bus, change).await?,
        }
        Ok(())
    }
}
