//! Tags, and the tables that they are on.

use serde::{Deserialize, Serialize};

use crate::dynamodb::input::TableRef;
use crate::dynamodb::words::{not_found, validation};
use crate::error::AwsError;

/// AWS's limits.
const TAGS_MAX: usize = 50;
const KEY_MAX: usize = 128;
const VALUE_MAX: usize = 256;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

pub(super) fn tags(given: Vec<Tag>) -> Result<Vec<(String, String)>, AwsError> {
    if given.len() > TAGS_MAX {
        return Err(validation("Too many tags: a table has at most 50"));
    }
    for Tag { key, value } in &given {
        let (key_length, value_length) = (key.chars().count(), value.chars().count());
        if !(1..=KEY_MAX).contains(&key_length) || value_length > VALUE_MAX {
            return Err(validation(format!(
                "the key of the tag {key:?} has 1 to 128 characters, and its value at most 256"
            )));
        }
    }
    Ok(given.into_iter().map(|Tag { key, value }| (key, value)).collect())
}

/// The table of an ARN.
pub(super) fn table_of(arn: &str) -> Result<TableRef, AwsError> {
    if !arn.starts_with("arn:") || !arn.contains(":table/") {
        return Err(validation(format!(
            "Invalid TableArn: Invalid ResourceArn provided as input {arn}"
        )));
    }
    TableRef::parse(arn).map_err(|_| no_resource(arn))
}

pub(super) fn no_resource(arn: &str) -> AwsError {
    not_found(format!("Requested resource not found: ResourcArn: {arn} not found"))
}
