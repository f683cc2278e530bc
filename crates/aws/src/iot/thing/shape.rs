//! What the operations on things share.

use std::collections::BTreeMap;

use model::ThingName;
use serde::Deserialize;

use crate::error::AwsError;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AttributePayload {
    pub(crate) attributes: Option<BTreeMap<String, String>>,
    pub(crate) merge: Option<bool>,
}

pub(crate) fn thing_not_found(name: &ThingName) -> AwsError {
    AwsError::not_found(format!("Thing {name} cannot be found."))
}
