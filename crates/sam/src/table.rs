//! `AWS::Serverless::SimpleTable`

use serde_json::{Value, json};

use crate::error::SamError;
use crate::function::tag_list;
use crate::given::Given;
use crate::made::Made;
use crate::object;

const KNOWN: &[&str] = &[
    "PointInTimeRecoverySpecification",
    "PrimaryKey",
    "ProvisionedThroughput",
    "SSESpecification",
    "TableName",
    "Tags",
];

pub(crate) fn translate(given: &Given<'_>, made: &mut Made) -> Result<(), SamError> {
    given.only("", &given.properties, KNOWN)?;
    let (name, kind) = key(given)?;
    let throughput = given.get("ProvisionedThroughput");
    let billing = if throughput.is_null() { json!("PAY_PER_REQUEST") } else { Value::Null };
    let tags = given.get("Tags");
    let properties = object([
        ("AttributeDefinitions", json!([{ "AttributeName": name, "AttributeType": kind }])),
        ("BillingMode", billing),
        ("KeySchema", json!([{ "AttributeName": name, "KeyType": "HASH" }])),
        ("PointInTimeRecoverySpecification", given.get("PointInTimeRecoverySpecification")),
        ("ProvisionedThroughput", throughput),
        ("SSESpecification", given.get("SSESpecification")),
        ("TableName", given.get("TableName")),
        ("Tags", if tags.is_null() { tags } else { tag_list(&tags, false) }),
    ]);
    made.put(given.name, "AWS::DynamoDB::Table", &given.attributes, properties)
}

fn key(given: &Given<'_>) -> Result<(Value, &'static str), SamError> {
    let key = given.get("PrimaryKey");
    if key.is_null() {
        return Ok((json!("id"), "S"));
    }
    let kind = match key["Type"].as_str() {
        Some("String") => "S",
        Some("Number") => "N",
        Some("Binary") => "B",
        other => return Err(given.wrong(format!("Invalid 'Type' {other:?}."))),
    };
    match &key["Name"] {
        Value::Null => Err(given.wrong("Property 'PrimaryKey.Name' is required.")),
        name => Ok((name.clone(), kind)),
    }
}
