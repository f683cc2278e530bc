//! Macros: what makes another template of one.

use std::collections::BTreeMap;

use templates::Template;

use crate::error::AwsError;

const SERVERLESS: &str = "AWS::Serverless-2016-10-31";

pub(crate) fn is_known(name: &str) -> bool {
    name == SERVERLESS
}

/// What the macros of a template make of it, and what it was before, if there are any.
pub(crate) fn expand(
    template: &Template,
    text: String,
    parameters: &BTreeMap<String, String>,
) -> Result<(String, Option<String>), AwsError> {
    if template.transforms.is_empty() {
        return Ok((text, None));
    }
    let translated = sam::translate(template.value(), parameters).map_err(|error| {
        AwsError::validation(format!("Transform {SERVERLESS} failed with: {error}"))
    })?;
    Ok((translated.to_string(), Some(text)))
}
