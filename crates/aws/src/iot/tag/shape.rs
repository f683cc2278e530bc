//! Tags as operations take and show them.

use model::Arn;
use registry::{Taggable, Tags};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

pub(crate) type TagList = Vec<Tag>;

pub(crate) fn tags_of(list: Option<TagList>) -> Result<Tags, AwsError> {
    let mut tags = Tags::new();
    for Tag { key, value } in list.unwrap_or_default() {
        if tags.contains_key(&key) {
            return Err(AwsError::invalid_request(format!("the tag key {key:?} is given twice")));
        }
        tags.insert(key, value);
    }
    Ok(tags)
}

pub(crate) fn list_of(tags: Tags) -> TagList {
    tags.into_iter().map(|(key, value)| Tag { key, value }).collect()
}

/// What an ARN names, if it can have tags.
pub(crate) fn taggable(arn: &str) -> Result<Taggable, AwsError> {
    let unknown = || AwsError::invalid_request(format!("{arn:?} names nothing that can have tags"));
    Taggable::from_arn(&Arn::from_text(arn)).ok_or_else(unknown)
}
