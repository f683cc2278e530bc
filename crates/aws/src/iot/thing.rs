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

/// AWS gives each thing an identifier beside its name. Ours follows from the name, which is never
/// changed.
pub(crate) fn thing_id(name: &ThingName) -> String {
    let digits = sigv4::sha256_hex(name.as_str().as_bytes());
    let (a, b, c, d, e) =
        (&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..32]);
    format!("{a}-{b}-{c}-{d}-{e}")
}
