//! What the operations on provisioning templates share.

use model::TemplateName;
use registry::Template;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::error::AwsError;
use crate::state::State;

const DESCRIPTION_CHARACTERS_MAX: usize = 500;

pub(crate) fn find(state: &State, name: &TemplateName) -> Result<Template, AwsError> {
    let found = state.fleet.registry().template(name)?;
    let missing = || AwsError::not_found(format!("Provisioning template {name} cannot be found."));
    found.ok_or_else(missing)
}

pub(crate) fn version_not_found(name: &TemplateName, number: u32) -> AwsError {
    AwsError::not_found(format!("Provisioning template {name} has no version {number}."))
}

pub(crate) fn check_description(text: Option<&str>) -> Result<(), AwsError> {
    let text = text.unwrap_or_default();
    let fits = text.chars().count() <= DESCRIPTION_CHARACTERS_MAX;
    match fits && !text.chars().any(char::is_control) {
        true => Ok(()),
        false => Err(AwsError::invalid_request(format!(
            "description has at most {DESCRIPTION_CHARACTERS_MAX} characters that can be printed"
        ))),
    }
}

/// A number that stands in the path, as text.
pub(crate) fn version_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format!("versionId {text:?} is not a number")))
}

/// A body that is not understood is refused before it is stored.
pub(crate) fn check_body(body: &str) -> Result<(), AwsError> {
    fleet::Template::parse(body)?;
    Ok(())
}
