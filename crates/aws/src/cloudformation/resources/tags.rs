//! Tags of resources, brought from what they are to what they are to be.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::error::AwsError;

/// How a service is told of tags.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tagging {
    service: &'static str,
    /// The operations that tag and untag.
    operations: (&'static str, &'static str),
    /// The fields for tags and for keys.
    fields: (&'static str, &'static str),
    /// Whether tags are an object of keys and values, no list.
    is_object: bool,
}

const fn tagging(
    service: &'static str,
    operations: (&'static str, &'static str),
    fields: (&'static str, &'static str),
    is_object: bool,
) -> Tagging {
    Tagging { service, operations, fields, is_object }
}

const RESOURCE: (&str, &str) = ("TagResource", "UntagResource");
const UPPER: (&str, &str) = ("Tags", "TagKeys");
const LOWER: (&str, &str) = ("tags", "tagKeys");

pub(crate) const DYNAMODB: Tagging = tagging("dynamodb", RESOURCE, UPPER, false);
pub(crate) const EVENTS: Tagging = tagging("events", RESOURCE, UPPER, false);
pub(crate) const IOT: Tagging = tagging("iot", RESOURCE, LOWER, false);
pub(crate) const LAMBDA: Tagging = tagging("lambda", RESOURCE, UPPER, true);
pub(crate) const LOGS: Tagging = tagging("logs", RESOURCE, LOWER, true);
pub(crate) const ROLE: Tagging = tagging("iam", ("TagRole", "UntagRole"), UPPER, false);
pub(crate) const SCHEDULER: Tagging = tagging("scheduler", RESOURCE, UPPER, false);
pub(crate) const QUEUE: Tagging = tagging("sqs", ("TagQueue", "UntagQueue"), UPPER, true);
pub(crate) const PARAMETER: Tagging =
    tagging("ssm", ("AddTagsToResource", "RemoveTagsFromResource"), UPPER, false);
pub(crate) const SECRET: Tagging = tagging("secretsmanager", RESOURCE, UPPER, false);
pub(crate) const TIMESTREAM: Tagging = tagging("timestream", RESOURCE, UPPER, false);
pub(crate) const USER: Tagging = tagging("iam", ("TagUser", "UntagUser"), UPPER, false);

/// Tags as an object of keys and values.
pub(crate) fn object(tags: &Value) -> Value {
    Value::Object(read(tags).into_iter().map(|(key, value)| (key, value.into())).collect())
}

/// Tags as a list.
pub(crate) fn list(tags: &Value) -> Value {
    read(tags).into_iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// Changes the tags of what `whose` names, by the fields that the operations want.
pub(crate) async fn retag(
    desk: &Desk,
    how: Tagging,
    whose: Value,
    made: &Made,
    want: &Wanted<'_>,
) -> Result<(), AwsError> {
    let old = read(&made.properties.get("Tags").cloned().unwrap_or_default());
    let new = read(&want.get("Tags"));
    let gone: Vec<&String> = old.keys().filter(|key| !new.contains_key(*key)).collect();
    if !gone.is_empty() {
        let mut input = whose.clone();
        input[how.fields.1] = json!(gone);
        desk.take(how.service, how.operations.1, input).await?;
    }
    let is_other = |(key, value): &(String, String)| old.get(key) != Some(value);
    let other: Map<String, Value> =
        new.into_iter().filter(is_other).map(|(key, value)| (key, value.into())).collect();
    if other.is_empty() {
        return Ok(());
    }
    let mut input = whose;
    let other = Value::Object(other);
    input[how.fields.0] = if how.is_object { other } else { list(&other) };
    desk.ask(how.service, how.operations.0, input).await.map(drop)
}

fn read(tags: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match tags {
        Value::Array(list) => {
            list.iter().map(|tag| (text(&tag["Key"]), text(&tag["Value"]))).collect()
        }
        Value::Object(pairs) => {
            pairs.iter().map(|(key, value)| (key.clone(), text(value))).collect()
        }
        _ => BTreeMap::new(),
    }
}
