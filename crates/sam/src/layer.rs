//! `AWS::Serverless::LayerVersion`: each version has a name of its own, so that those before may stay.

use serde_json::{Map, Value, json};

use crate::error::SamError;
use crate::given::Given;
use crate::made::Made;
use crate::names::hash;
use crate::object;

const KNOWN: &[&str] = &[
    "CompatibleArchitectures",
    "CompatibleRuntimes",
    "ContentUri",
    "Description",
    "LayerName",
    "LicenseInfo",
    "PublishLambdaVersion",
    "RetentionPolicy",
];

pub(crate) fn translate(given: &Given<'_>, made: &mut Made) -> Result<(), SamError> {
    given.only("", &given.properties, KNOWN)?;
    let resolve = |property: &str| {
        let value = given.get(property);
        (property.to_owned(), if value.is_object() { given.resolved(&value) } else { value })
    };
    let properties = given.properties.keys().map(|property| resolve(property));
    let properties: Map<String, Value> = properties.collect();
    let mut hashed = json!({ "Type": "AWS::Serverless::LayerVersion", "Properties": properties });
    for attribute in ["Condition", "DependsOn"] {
        if let Some(value) = given.attributes.get(attribute) {
            hashed[attribute] = value.clone();
        }
    }
    let name = format!("{}{}", given.name, hash(&json!({ given.name: hashed })));
    let mut attributes = given.for_all.clone();
    if let Some(depends_on) = given.attributes.get("DependsOn") {
        attributes.insert("DependsOn".to_owned(), depends_on.clone());
    }
    match retention(given)? {
        Some(policy) => drop(attributes.insert("DeletionPolicy".to_owned(), json!(policy))),
        None => drop(attributes.entry("DeletionPolicy").or_insert_with(|| json!("Retain"))),
    }
    let layer_name = given.properties.get("LayerName").cloned();
    let content = given.location("ContentUri", ["S3Bucket", "S3Key", "S3ObjectVersion"])?;
    let properties = object([
        ("CompatibleArchitectures", given.get("CompatibleArchitectures")),
        ("CompatibleRuntimes", given.get("CompatibleRuntimes")),
        ("Content", content.into()),
        ("Description", given.get("Description")),
        ("LayerName", layer_name.unwrap_or_else(|| json!(given.name))),
        ("LicenseInfo", given.get("LicenseInfo")),
    ]);
    made.names.insert(given.name.to_owned(), name.clone());
    made.put(&name, "AWS::Lambda::LayerVersion", &attributes, properties)
}

fn retention(given: &Given<'_>) -> Result<Option<&'static str>, SamError> {
    match given.resolved(&given.get("RetentionPolicy")) {
        Value::Null => Ok(None),
        Value::String(text) if text.eq_ignore_ascii_case("retain") => Ok(Some("Retain")),
        Value::String(text) if text.eq_ignore_ascii_case("delete") => Ok(Some("Delete")),
        _ => Err(given.wrong(
            "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].",
        )),
    }
}
