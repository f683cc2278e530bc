//! What the resources of a stack are to its template.

use std::collections::BTreeMap;

use serde_json::Value;
use stacks::{Resource, Stack, Stacks};
use templates::{Pseudo, World};

use crate::state::State;

pub(crate) struct Known<'a> {
    pub(crate) stacks: &'a Stacks,
    pub(crate) resources: &'a BTreeMap<String, Resource>,
}

impl World for Known<'_> {
    fn reference(&self, logical_id: &str) -> Option<Value> {
        Some(self.resources.get(logical_id)?.made.as_ref()?.reference.clone())
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value, String> {
        let made = self.resources.get(logical_id).and_then(|resource| resource.made.as_ref());
        let made = made.ok_or_else(|| format!("{logical_id} is not there"))?;
        let missing = || {
            let kind = &made.kind;
            format!("Requested attribute {attribute} does not exist in schema for {kind}")
        };
        made.attributes.get(attribute).filter(|value| !value.is_null()).cloned().ok_or_else(missing)
    }

    fn export(&self, name: &str) -> Option<String> {
        // What cannot be read is as what is not there: the stack is told and stops.
        self.stacks.export(name).ok().flatten().map(|export| export.value)
    }
}

pub(crate) fn pseudo(state: &State, stack: &Stack) -> Pseudo {
    let home = state.fleet.registry().home();
    Pseudo {
        account: home.account.to_string(),
        region: home.region.to_string(),
        stack_name: stack.name.clone(),
        stack_id: stack.id.clone(),
        notification_arns: stack.aim.notification_arns.clone(),
    }
}
