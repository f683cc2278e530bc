//! What rules look up outside of the message, with the role that each call names.

use actions::{Permits, Target};
use model::{ShadowName, ThingName};
use policy::ResourceDocument;
use registry::{GROUPS_PER_THING_MAX, ShadowOf};
use rules::{Answer, Lookup, LookupCall, RegistryOperation, SecretKind};
use secrets::{POLICY_CHARACTERS_MAX, SecretError, Which};
use serde_json::{Value, json};

use crate::hall::Shared;
use crate::hall::permits::{About, RulePermits};
use crate::hall::{plain, secret};
use crate::ids::thing_id;
use crate::shadow::ShadowError;

/// What a role must be allowed for get_secret, as AWS says.
const SECRET_ACTIONS: [&str; 2] =
    ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];

/// What asks a function, which no message can wait for.
const ASKS_A_FUNCTION: &str = "aws_lambda";

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
            Lookup::Secret { id, kind, key, role_arn } => {
                self.look_up_secret(id, *kind, key.as_deref(), (role_arn, permits))
            }
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

    /// As it is now: nothing is remembered of secrets.
    fn look_up_secret(
        &self,
        id: &str,
        kind: SecretKind,
        key: Option<&str>,
        (role_arn, permits): (&str, &RulePermits<'_>),
    ) -> Result<Option<String>, String> {
        let secrets = &self.parts.secrets;
        let told = |error: SecretError| error.to_string();
        let id = secrets.id(id).map_err(told)?;
        let arn = secrets.arn_of(&id).map_err(told)?;
        let policy = match secrets.policy(&id) {
            Ok((_, policy)) => policy,
            Err(SecretError::NotFound) => None,
            Err(error) => return Err(told(error)),
        };
        let read = |text: &str| ResourceDocument::parse(text, POLICY_CHARACTERS_MAX);
        let policy = policy.as_deref().map(read).transpose().map_err(|error| error.to_string())?;
        let keys = match secrets.describe(&id) {
            Ok(secret) => secret::keys(&secret),
            Err(SecretError::NotFound) => Vec::new(),
            Err(error) => return Err(told(error)),
        };
        let values: Vec<[&str; 1]> = keys.iter().map(|(_, value)| [value.as_str()]).collect();
        let keys = keys.iter().zip(&values).map(|((key, _), value)| (key.as_str(), &value[..]));
        let keys: Vec<(&str, &[&str])> = keys.collect();
        for action in SECRET_ACTIONS {
            let about = About { policy: policy.as_ref(), keys: &keys };
            permits.check_with(role_arn, action, Target::Secret(&arn), about)?;
        }
        let revealed = secrets.value(&id, &Which::default()).map_err(told)?;
        secrets.note_read(&revealed, permits.now);
        secret::part(revealed.value, kind, key)
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
