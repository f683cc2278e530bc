//! Policies of queues: which are taken, and how permissions change them.

use std::collections::BTreeMap;

use policy::ResourceDocument;
use queues::Queue;
use serde_json::{Value, json};

use super::words::refused;
use crate::error::AwsError;
use crate::resource_policy::POLICY_CHARACTERS_MAX;
use crate::state::State;

/// Refuses a policy that cannot be read, among what is set of a queue.
pub(super) fn check(attributes: &BTreeMap<String, String>) -> Result<(), AwsError> {
    let Some(text) = attributes.get("Policy").filter(|text| !text.is_empty()) else {
        return Ok(());
    };
    ResourceDocument::parse(text, POLICY_CHARACTERS_MAX).map(drop).map_err(|error| {
        let names = ("InvalidAttributeValue", "InvalidAttributeValue");
        refused(names, format!("Invalid value for the parameter Policy. {error}"))
    })
}

/// Changes the policy of a queue, or makes it one. Without statements there is none any more.
pub(super) async fn change_policy(
    state: &State,
    queue: &Queue,
    change: impl FnOnce(&mut Value) -> Result<(), AwsError>,
) -> Result<(), AwsError> {
    let mut document = match &queue.attributes.policy {
        Some(text) => serde_json::from_str(text)
            .map_err(|error| AwsError::internal(format!("a queue's policy: {error}")))?,
        None => json!({ "Version": "2012-10-17", "Statement": [] }),
    };
    change(&mut document)?;
    let is_empty = document["Statement"].as_array().is_some_and(Vec::is_empty);
    let text = if is_empty { String::new() } else { document.to_string() };
    let attributes = BTreeMap::from([("Policy".to_owned(), text)]);
    check(&attributes)?;
    state.queues.set_attributes(&queue.name, attributes).await?;
    Ok(())
}

/// The statements of a document, of which it may have one that is no list.
pub(super) fn statements(document: &mut Value) -> Result<&mut Vec<Value>, AwsError> {
    let held = &mut document["Statement"];
    if held.is_object() {
        *held = Value::Array(vec![held.take()]);
    }
    held.as_array_mut().ok_or_else(|| AwsError::internal("a queue's policy has no statements"))
}
