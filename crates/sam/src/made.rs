//! What became of the resources.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::SamError;

#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    pub(crate) resources: Map<String, Value>,
    /// What names of the template are now: `Work.Alias`, or a layer.
    pub(crate) names: BTreeMap<String, String>,
    /// Of buckets, once they are there.
    pub(crate) links: Vec<Link>,
}

/// A bucket that tells a function of its objects.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) bucket: String,
    /// Without which the bucket may not.
    pub(crate) permission: String,
    pub(crate) condition: Option<Value>,
    /// Of what it tells.
    pub(crate) entries: Vec<Value>,
    /// If there is no such bucket.
    pub(crate) unfit: SamError,
}

impl Made {
    pub(crate) fn add(&mut self, name: &str, resource: Value) -> Result<(), SamError> {
        match self.resources.insert(name.to_owned(), resource) {
            None => Ok(()),
            Some(_) => Err(SamError::Twice(name.to_owned())),
        }
    }

    /// Adds a resource with attributes beside its properties.
    pub(crate) fn put(
        &mut self,
        name: &str,
        kind: &str,
        attributes: &Map<String, Value>,
        properties: Map<String, Value>,
    ) -> Result<(), SamError> {
        let mut resource = json!({ "Type": kind });
        if let Value::Object(fields) = &mut resource {
            fields.extend(attributes.clone());
            if !properties.is_empty() {
                fields.insert("Properties".to_owned(), properties.into());
            }
        }
        self.add(name, resource)
    }
}
