//! A serverless resource as a template gives it, with what is said for all of its kind.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::error::SamError;
use crate::globals::merge;

/// Attributes that such a resource may have.
const ATTRIBUTES: &[&str] = &[
    "Condition",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdateReplacePolicy",
];
/// Those that all have that it becomes.
const FOR_ALL: &[&str] = &["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

pub(crate) struct Given<'a> {
    pub(crate) name: &'a str,
    pub(crate) properties: Map<String, Value>,
    /// Of the resource that it becomes.
    pub(crate) attributes: Map<String, Value>,
    /// Of those that it brings along.
    pub(crate) for_all: Map<String, Value>,
    pub(crate) parameters: &'a BTreeMap<String, String>,
}

impl<'a> Given<'a> {
    pub(crate) fn read(
        name: &'a str,
        resource: &Value,
        global: Option<&Map<String, Value>>,
        parameters: &'a BTreeMap<String, String>,
    ) -> Result<Given<'a>, SamError> {
        let wrong = |what: String| SamError::Resource { resource: name.to_owned(), what };
        let fields = resource.as_object().ok_or_else(|| wrong("it is no object".to_owned()))?;
        if let Some(other) = fields.keys().find(|field| !ATTRIBUTES.contains(&field.as_str())) {
            return Err(wrong(format!("the attribute {other} is not served")));
        }
        let own = match fields.get("Properties") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(own)) => own.clone(),
            Some(_) => return Err(wrong("Properties must be an object".to_owned())),
        };
        let properties = match global {
            Some(global) => merge(global, &own),
            None => own,
        };
        let some = |names: &dyn Fn(&str) -> bool| -> Map<String, Value> {
            let found = fields.iter().filter(|(field, _)| names(field));
            found.map(|(field, value)| (field.clone(), value.clone())).collect()
        };
        Ok(Given {
            name,
            properties,
            attributes: some(&|field| !matches!(field, "Type" | "Properties")),
            for_all: some(&|field| FOR_ALL.contains(&field)),
            parameters,
        })
    }

    pub(crate) fn wrong(&self, what: impl Into<String>) -> SamError {
        SamError::Resource { resource: self.name.to_owned(), what: what.into() }
    }

    /// A property, or nothing.
    pub(crate) fn get(&self, property: &str) -> Value {
        self.properties.get(property).cloned().unwrap_or_default()
    }

    /// Refuses properties that are not known, and says where.
    pub(crate) fn only(
        &self,
        place: &str,
        fields: &Map<String, Value>,
        known: &[&str],
    ) -> Result<(), SamError> {
        match fields.keys().find(|field| !known.contains(&field.as_str())) {
            Some(other) => {
                Err(self.wrong(format!("{place}property {other} not defined for resource of type")))
            }
            None => Ok(()),
        }
    }

    /// The value with the values of parameters that it refers to.
    pub(crate) fn resolved(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let parameter = fields.get("Ref").filter(|_| fields.len() == 1);
                let found = parameter.and_then(|name| self.parameters.get(name.as_str()?));
                match found {
                    Some(value) => Value::from(value.as_str()),
                    None => fields
                        .iter()
                        .map(|(name, value)| (name.clone(), self.resolved(value)))
                        .collect::<Map<_, _>>()
                        .into(),
                }
            }
            Value::Array(items) => items.iter().map(|item| self.resolved(item)).collect(),
            other => other.clone(),
        }
    }

    /// A place in a bucket: `s3://bucket/key`, or an object that says the same.
    pub(crate) fn location(
        &self,
        property: &str,
        names: [&str; 3],
    ) -> Result<Map<String, Value>, SamError> {
        let given = self.get(property);
        let unfit = || {
            self.wrong(format!(
                "'{property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter."
            ))
        };
        let (bucket, key, version) = match &given {
            Value::String(uri) => {
                let (bucket, rest) = uri
                    .strip_prefix("s3://")
                    .and_then(|rest| rest.split_once('/'))
                    .ok_or_else(unfit)?;
                let (key, version) = match rest.split_once("?versionId=") {
                    Some((key, version)) => (key, Value::from(version)),
                    None => (rest, Value::Null),
                };
                if bucket.is_empty() || key.is_empty() {
                    return Err(unfit());
                }
                (Value::from(bucket), Value::from(key), version)
            }
            Value::Object(fields) => {
                self.only(&format!("{property}: "), fields, &["Bucket", "Key", "Version"])?;
                let field = |name: &str| fields.get(name).cloned();
                let (Some(bucket), Some(key)) = (field("Bucket"), field("Key")) else {
                    return Err(self.wrong(format!(
                        "'{property}' requires Bucket and Key properties to be specified."
                    )));
                };
                (bucket, key, field("Version").unwrap_or_default())
            }
            _ => return Err(unfit()),
        };
        let pairs = names.into_iter().zip([bucket, key, version]);
        let some = pairs.filter(|(_, value)| !value.is_null());
        Ok(some.map(|(name, value)| (name.to_owned(), value)).collect())
    }
}
