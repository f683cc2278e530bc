//! AWS::DynamoDB::Table

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made, or_undone, plain, said};
use crate::cloudformation::resources::{dynamodb_indexes, tags};
use crate::error::AwsError;

pub(crate) struct Table;

impl Deed for Table {
    const KIND: &'static str = "AWS::DynamoDB::Table";
    const CHANGED: &'static [&'static str] = &[
        "AttributeDefinitions",
        "BillingMode",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexes",
        "OnDemandThroughput",
        "ProvisionedThroughput",
        "StreamSpecification",
        "TableClass",
        "Tags",
        "TimeToLiveSpecification",
    ];
    const REPLACED: &'static [&'static str] =
        &["KeySchema", "LocalSecondaryIndexes", "SSESpecification", "TableName"];

    /// An attribute is what it is; others may join it and leave.
    fn replaces(property: &str, old: &Value, new: &Value) -> bool {
        let kinds = |list: &Value| -> Vec<(Value, Value)> {
            let pair = |one: &Value| (one["AttributeName"].clone(), one["AttributeType"].clone());
            list.as_array().into_iter().flatten().map(pair).collect()
        };
        let is_other = |(name, kind): &(Value, Value)| {
            kinds(new).iter().any(|(other, becomes)| other == name && becomes != kind)
        };
        property == "AttributeDefinitions" && kinds(old).iter().any(is_other)
    }

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "TableName", 255);
        let names = [
            "AttributeDefinitions",
            "BillingMode",
            "DeletionProtectionEnabled",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "LocalSecondaryIndexes",
            "OnDemandThroughput",
            "ProvisionedThroughput",
            "TableClass",
        ];
        let mut input = plain(want.some(&names));
        input["TableName"] = json!(name);
        input["Tags"] = want.tags();
        if let Value::Object(encryption) = plain(want.get("SSESpecification")) {
            let on = encryption.get("SSEEnabled").cloned().unwrap_or_default();
            input["SSESpecification"] = json!({ "Enabled": on });
        }
        if let Some(stream) = stream(want) {
            input["StreamSpecification"] = stream;
        }
        desk.make(want, "dynamodb", "CreateTable", input).await?;
        let rest = match want.properties.contains_key("TimeToLiveSpecification") {
            true => time_to_live(desk, want, &name, false).await,
            false => Ok(()),
        };
        let rest = match rest {
            Ok(()) => shown(desk, name.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<Table>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let names = [
            "BillingMode",
            "DeletionProtectionEnabled",
            "OnDemandThroughput",
            "ProvisionedThroughput",
            "TableClass",
        ];
        let mut input = plain(want.some(&names));
        if let Value::Object(fields) = &mut input {
            // What stays as it is, is no update to the table.
            fields.retain(|field, value| {
                made.properties.get(field).cloned().map(plain).as_ref() != Some(value)
            });
        }
        if want.properties.get("StreamSpecification") != made.properties.get("StreamSpecification")
        {
            input["StreamSpecification"] =
                stream(want).unwrap_or_else(|| json!({ "StreamEnabled": false }));
        }
        if input.as_object().is_some_and(|fields| !fields.is_empty()) {
            input["TableName"] = json!(name);
            desk.ask("dynamodb", "UpdateTable", input).await?;
        }
        if want.properties.get("TimeToLiveSpecification")
            != made.properties.get("TimeToLiveSpecification")
        {
            let old = made.properties.get("TimeToLiveSpecification").cloned().unwrap_or_default();
            if want.properties.contains_key("TimeToLiveSpecification") {
                time_to_live(desk, want, &name, true).await?;
            } else {
                let off = json!({ "Enabled": false, "AttributeName": old["AttributeName"] });
                let input = json!({ "TableName": name, "TimeToLiveSpecification": off });
                desk.ask("dynamodb", "UpdateTimeToLive", input).await?;
            }
        }
        dynamodb_indexes::change(desk, made, want).await?;
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::DYNAMODB, json!({ "ResourceArn": arn }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("dynamodb", "DeleteTable", json!({ "TableName": made.physical_id })).await
    }
}

fn stream(want: &Wanted<'_>) -> Option<Value> {
    let given = want.properties.get("StreamSpecification")?;
    let mut stream = given.clone();
    stream.as_object_mut()?.insert("StreamEnabled".to_owned(), json!(true));
    Some(stream)
}

async fn time_to_live(
    desk: &Desk,
    want: &Wanted<'_>,
    name: &str,
    is_again: bool,
) -> Result<(), AwsError> {
    let specification = plain(want.get("TimeToLiveSpecification"));
    if !is_again && specification["Enabled"] == false {
        return Ok(());
    }
    let input = json!({ "TableName": name, "TimeToLiveSpecification": specification });
    match desk.ask("dynamodb", "UpdateTimeToLive", input).await {
        // It is so already, by an attempt that was stopped.
        Err(error) if want.is_again && error.message.contains("already") => Ok(()),
        outcome => outcome.map(drop),
    }
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer = desk.ask("dynamodb", "DescribeTable", json!({ "TableName": name })).await?;
    let (arn, stream) = (said(&answer, "/Table/TableArn"), said(&answer, "/Table/LatestStreamArn"));
    Ok(made(name.clone(), name, [("Arn", arn), ("StreamArn", stream)]))
}
