//! AWS::Lambda::EventSourceMapping

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, plain, said};
use crate::error::AwsError;

pub(crate) struct EventSourceMapping;

const CHANGED: &[&str] = &[
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "FilterCriteria",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "ScalingConfig",
];

impl Deed for EventSourceMapping {
    const KIND: &'static str = "AWS::Lambda::EventSourceMapping";
    const CHANGED: &'static [&'static str] = CHANGED;
    const REPLACED: &'static [&'static str] = &["EventSourceArn", "StartingPosition"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let mut input = settings(want, CHANGED);
        for property in ["EventSourceArn", "StartingPosition"] {
            input[property] = want.get(property);
        }
        let is_ours = want.is_again && desk.has_receipt(want)?;
        let making = desk.ask("lambda", "CreateEventSourceMapping", input);
        let answer = match desk.receipted(want, making).await {
            Err(error) if is_ours && error.code == "ResourceConflictException" => {
                found(desk, want).await?.ok_or(error)?
            }
            outcome => outcome?,
        };
        let id = said(&answer, "/UUID");
        let arn = said(&answer, "/EventSourceMappingArn");
        let physical_id = id.as_str().unwrap_or_default().to_owned();
        Ok(made(physical_id, id.clone(), [("EventSourceMappingArn", arn), ("Id", id)]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let is_other = |name: &&&str| made.properties.get(**name) != want.properties.get(**name);
        let changed: Vec<&str> = CHANGED.iter().filter(is_other).copied().collect();
        if let Some(gone) = changed.iter().find(|name| !want.properties.contains_key(**name)) {
            let what = format!("{gone} cannot be left out once it was said: say its default");
            return Err(AwsError::validation(what));
        }
        let mut input = settings(want, &changed);
        input["UUID"] = json!(made.physical_id);
        desk.ask("lambda", "UpdateEventSourceMapping", input).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let input = json!({ "UUID": made.physical_id });
        desk.take("lambda", "DeleteEventSourceMapping", input).await
    }
}

/// Patterns and names are texts, whatever they look like.
fn settings(want: &Wanted<'_>, names: &[&str]) -> Value {
    let mut input = want.some(names);
    if let Value::Object(fields) = &mut input {
        for (name, value) in fields {
            if !matches!(name.as_str(), "FilterCriteria" | "FunctionName") {
                *value = plain(value.take());
            }
        }
    }
    input
}

/// The one that an attempt that was stopped made.
async fn found(desk: &Desk, want: &Wanted<'_>) -> Result<Option<Value>, AwsError> {
    let function = want.need("FunctionName")?;
    let input = json!({ "EventSourceArn": want.get("EventSourceArn"), "FunctionName": function });
    let answer = desk.ask("lambda", "ListEventSourceMappings", input).await?;
    Ok(answer["EventSourceMappings"].as_array().and_then(|list| list.first().cloned()))
}
