//! `AttributeUpdates`: what a write changes, attribute by attribute.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::LegacyError;
use crate::path::Path;
use crate::update::{Action, Source, Style, Update};
use crate::value::{Kind, Value};

pub type AttributeUpdates = BTreeMap<String, AttributeUpdate>;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AttributeUpdate {
    #[serde(default)]
    pub value: Option<Value>,
    #[serde(default)]
    pub action: Option<String>,
}

impl Update {
    pub fn of_updates(updates: AttributeUpdates) -> Result<Update, LegacyError> {
        let actions = updates.into_iter().map(|(attribute, update)| update.action(attribute));
        Ok(Update::new(actions.collect::<Result<_, _>>()?, Style::Legacy))
    }
}

impl AttributeUpdate {
    fn action(self, attribute: String) -> Result<Action, LegacyError> {
        let action = self.action.as_deref().unwrap_or("PUT");
        if !matches!(action, "ADD" | "PUT" | "DELETE") {
            let name = action.to_owned();
            return Err(LegacyError::UnknownAction { attribute, name });
        }
        let path = Path::of(attribute);
        let Some(value) = self.value else {
            return match action {
                "DELETE" => Ok(Action::Remove(path)),
                _ => Err(LegacyError::UpdateWithoutValue),
            };
        };
        let kind = value.kind();
        let name = kind.as_str();
        match action {
            "DELETE" if kind.is_set() => Ok(Action::Delete(path, value)),
            "DELETE" => Err(LegacyError::DeleteType { kind: name }),
            "ADD" if kind.is_set() || matches!(kind, Kind::N | Kind::L) => {
                Ok(Action::Add(path, value))
            }
            "ADD" => Err(LegacyError::AddType { kind: name }),
            _ => Ok(Action::Set(path, Source::Value(value))),
        }
    }
}
