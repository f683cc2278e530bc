//! What rules look up outside of the message, with the role that each call names.

use actions::{Permits, Target};
use model::{ShadowName, ThingName};
use registry::{GROUPS_PER_THING_MAX, ShadowOf};
use rules::{Answer, Lookup, LookupCall, RegistryOperation};
use serde_json::{Value, json};

use crate::hall::Shared;
use crate::hall::permits::RulePermits;
use crate::hall::plain;
use crate::ids::thing_id;
use crate::shadow::ShadowError;

/// Functions that reach for what is not here.
const NOT_SERVED: &[&str] = &["get_secret"];

/// What asks a function, which no message can wait for.
const ASKS_A_FUNCTION: &str = "aws_lambda";

/// The first call among these that cannot be answered.
pub(crate) fn not_served(calls: &[LookupCall]) -> Option<&'static str> {
    calls.iter().map(|call| call.function).find(|function| NOT_SERVED.contains(function))
}

/// The function that these calls ask first, if they ask any, as far as it is written down.
pub(crate) fn asked_function(calls: &[LookupCall]) -> Option<&str> {
    let call = calls.iter().find(|call| call.function == ASKS_A_FUNCTION)?;
    Some(call.subject.as_deref().unwrap_or("that the message names"))
}

impl Shared {
    pub(crate) fn look_up(&self, lookup: &Lookup, permits: &RulePermits<'_>) -> Answer {
        let answer = match lookup {
            Lookup::Shadow { thing, shadow, role_arn } => {
                self.look_up_shadow(thing, shadow.as_deref(), |name| {
                    permits.check(role_arn, "iot:GetThingShadow", Target::Thing(name))
                })
            }
            Lookup::Item { table, partition, sort, role_arn } => {
                let target = Target::Table(table);
                permits.check(role_arn, "dynamodb:GetItem", target).and_then(|()| {
                    let keys = std::iter::once(partition).chain(sort);
                    self.look_up_item(table, keys)
                })
            }
            Lookup::Registry { operation, thing, role_arn } => {
                let action = match operation {
                    RegistryOperation::DescribeThing => "iot:DescribeThing",
                    RegistryOperation::ListThingGroupsForThing => "iot:ListThingGroupsForThing",
                };
                permits
                    .check(role_arn, action, Target::Thing(thing))
                    .and_then(|()| self.look_up_thing(*operation, thing))
            }
            Lookup::Function { .. } => Err("a message does not wait for a function".to_owned()),
            Lookup::Secret { .. } => Err(format!("{} is not supported yet", lookup.function())),
        };
        match answer {
            Ok(Some(json)) => Answer::Json(json),
            Ok(None) => Answer::Nothing,
            Err(what) => Answer::Failed(what),
        }
    }

    fn look_up_shadow(
        &self,
        thing: &str,
        shadow: Option<&str>,
        check: impl FnOnce(&str) -> Result<(), String>,
    ) -> Result<Option<String>, String> {
        match shadow {
            Some(shadow) => check(&format!("{thing}/{shadow}"))?,
            None => check(thing)?,
        }
        let thing = ThingName::new(thing).map_err(|error| error.to_string())?;
        let name = shadow.map(ShadowName::new).transpose().map_err(|error| error.to_string())?;
        match self.parts.fleet.shadow(&ShadowOf { thing, name }) {
            Ok(document) => Ok(Some(document.to_string())),
            Err(ShadowError::Rejected(::shadow::Rejection::NotFound { .. })) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn look_up_item<'k>(
        &self,
        table: &str,
        keys: impl Iterator<Item = &'k (String, String)>,
    ) -> Result<Option<String>, String> {
        let tables = &self.parts.tables;
        let found = tables.table(table).map_err(|error| error.to_string())?;
        let table = found.ok_or_else(|| format!("the table {table} does not exist"))?;
        let mut key = items::Item::new();
        for (name, value) in keys {
            key.insert(name.clone(), plain::key_value(value)?);
        }
        let stored = tables.get_item(&table, &key).map_err(|error| error.to_string())?;
        let item = stored.map(|stored| stored.decode()).transpose();
        Ok(item.map_err(|error| error.to_string())?.map(|item| plain::item(&item)))
    }

    fn look_up_thing(
        &self,
        operation: RegistryOperation,
        name: &str,
    ) -> Result<Option<String>, String> {
        let registry = self.registry();
        let name = ThingName::new(name).map_err(|error| error.to_string())?;
        match operation {
            RegistryOperation::DescribeThing => {
                let thing = registry.thing(&name).map_err(|error| error.to_string())?;
                let billing_group =
                    registry.billing_group_of(&name).map_err(|error| error.to_string())?;
                Ok(thing.map(|thing| {
                    json!({
                        "thingName": name,
                        "thingId": thing_id(&name),
                        "thingArn": registry.thing_arn(&name).to_string(),
                        "thingTypeName": thing.type_name,
                        "billingGroupName": billing_group,
                        "defaultClientId": name,
                        "attributes": thing.attributes,
                        "version": thing.version,
                    })
                    .to_string()
                }))
            }
            RegistryOperation::ListThingGroupsForThing => {
                let groups = registry.groups_of_thing(&name, None, GROUPS_PER_THING_MAX);
                let groups = groups.map_err(|error| error.to_string())?.items;
                let shown = |group: model::ThingGroupName| {
                    json!({
                        "groupName": group,
                        "groupArn": registry.thing_group_arn(&group).to_string(),
                    })
                };
                let groups: Vec<Value> = groups.into_iter().map(shown).collect();
                Ok(Some(json!({ "thingGroups": groups }).to_string()))
            }
        }
    }
}
