//! A resource as a template wants it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::TemplateError;
use crate::template::{object, only, text};

const ATTRIBUTES: &[&str] = &[
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    pub kind: String,
    pub properties: Map<String, Value>,
    pub depends_on: BTreeSet<String>,
    pub condition: Option<String>,
    pub deletion_policy: DeletionPolicy,
    /// What becomes of one that another takes the place of.
    pub update_replace_policy: DeletionPolicy,
    pub metadata: Option<Value>,
}

/// What becomes of a resource that its stack wants no longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeletionPolicy {
    #[default]
    Delete,
    Retain,
    /// Stays, unless the operation that made it is rolled back.
    RetainExceptOnCreate,
}

impl Resource {
    pub(crate) fn read(value: &Value, path: &str) -> Result<Resource, TemplateError> {
        let fields = object(value, path)?;
        only(fields, path, ATTRIBUTES)?;
        let missing =
            || TemplateError::at(path, "Every Resources object must contain a Type member.");
        let properties = match fields.get("Properties") {
            None | Some(Value::Null) => Map::new(),
            Some(properties) => object(properties, &format!("{path}/Properties"))?.clone(),
        };
        for meaning in ["UpdatePolicy", "CreationPolicy"] {
            let given = fields.get(meaning).and_then(Value::as_object);
            if given.is_some_and(|policy| !policy.is_empty()) {
                return Err(TemplateError::at(&format!("{path}/{meaning}"), "is not served"));
            }
        }
        Ok(Resource {
            kind: text(fields, "Type", path)?.ok_or_else(missing)?,
            properties,
            depends_on: depends_on(fields, path)?,
            condition: text(fields, "Condition", path)?,
            deletion_policy: DeletionPolicy::read(fields, "DeletionPolicy", path)?,
            update_replace_policy: DeletionPolicy::read(fields, "UpdateReplacePolicy", path)?,
            metadata: fields.get("Metadata").cloned(),
        })
    }
}

impl DeletionPolicy {
    fn read(
        fields: &Map<String, Value>,
        name: &str,
        path: &str,
    ) -> Result<DeletionPolicy, TemplateError> {
        match (text(fields, name, path)?.as_deref(), name) {
            (None | Some("Delete"), _) => Ok(DeletionPolicy::Delete),
            (Some("Retain"), _) => Ok(DeletionPolicy::Retain),
            (Some("RetainExceptOnCreate"), "DeletionPolicy") => {
                Ok(DeletionPolicy::RetainExceptOnCreate)
            }
            (Some("Snapshot"), _) => {
                Err(TemplateError::at(&format!("{path}/{name}"), "Snapshot is not served"))
            }
            (Some(other), _) => {
                let what = format!("Unrecognized {name} {other}");
                Err(TemplateError::at(&format!("{path}/{name}"), what))
            }
        }
    }
}

fn depends_on(fields: &Map<String, Value>, path: &str) -> Result<BTreeSet<String>, TemplateError> {
    let place = format!("{path}/DependsOn");
    let wrong = || TemplateError::at(&place, "must be the name of a resource, or a list of them");
    match fields.get("DependsOn") {
        None => Ok(BTreeSet::new()),
        Some(Value::String(name)) => Ok(BTreeSet::from([name.clone()])),
        Some(Value::Array(names)) => {
            names.iter().map(|name| name.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}
