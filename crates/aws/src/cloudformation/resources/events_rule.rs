//! AWS::Events::Rule, with its targets.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, said};
use crate::error::AwsError;

pub(crate) struct Rule;

impl Deed for Rule {
    const KIND: &'static str = "AWS::Events::Rule";
    const CHANGED: &'static [&'static str] =
        &["Description", "EventPattern", "RoleArn", "ScheduleExpression", "State", "Targets"];
    const REPLACED: &'static [&'static str] = &["EventBusName", "Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "Name", 64);
        let rest = match put(desk, &name, want).await {
            Ok(()) => shown(desk, name.clone(), want).await,
            Err(error) => Err(error),
        };
        or_undone::<Rule>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let ids = |targets: &Value| -> Vec<Value> {
            targets.as_array().into_iter().flatten().map(|target| target["Id"].clone()).collect()
        };
        let kept = ids(&want.get("Targets"));
        let old = ids(&made.properties.get("Targets").cloned().unwrap_or_default());
        let gone: Vec<Value> = old.into_iter().filter(|id| !kept.contains(id)).collect();
        put(desk, &name, want).await?;
        if !gone.is_empty() {
            let bus = want.get("EventBusName");
            let mut input = json!({ "Rule": name, "Ids": gone });
            input["EventBusName"] = bus;
            desk.take("events", "RemoveTargets", input).await?;
        }
        shown(desk, name, want).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let name = &made.physical_id;
        let bus = made.properties.get("EventBusName").cloned().unwrap_or_default();
        let targets =
            made.properties.get("Targets").and_then(Value::as_array).into_iter().flatten();
        let ids: Vec<Value> = targets.map(|target| target["Id"].clone()).collect();
        if !ids.is_empty() {
            let mut input = json!({ "Rule": name, "Ids": ids });
            input["EventBusName"] = bus.clone();
            desk.take("events", "RemoveTargets", input).await?;
        }
        let mut input = json!({ "Name": name });
        input["EventBusName"] = bus;
        desk.take("events", "DeleteRule", input).await
    }
}

async fn put(desk: &Desk, name: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    let fields = ["Description", "EventBusName", "RoleArn", "ScheduleExpression", "State"];
    let mut input = want.some(&fields);
    input["Name"] = json!(name);
    if want.properties.contains_key("EventPattern") {
        input["EventPattern"] = want.document("EventPattern");
    }
    desk.ask("events", "PutRule", input).await?;
    let targets = want.get("Targets");
    if targets.as_array().is_some_and(|targets| !targets.is_empty()) {
        let mut input = want.some(&["EventBusName", "Targets"]);
        input["Rule"] = json!(name);
        let answer = desk.ask("events", "PutTargets", input).await?;
        if let Some(failed) = answer["FailedEntries"].as_array().and_then(|failed| failed.first()) {
            return Err(AwsError::validation(failed["ErrorMessage"].as_str().unwrap_or_default()));
        }
    }
    Ok(())
}

async fn shown(desk: &Desk, name: String, want: &Wanted<'_>) -> Result<Made, AwsError> {
    let mut input = want.some(&["EventBusName"]);
    input["Name"] = json!(name);
    let answer = desk.ask("events", "DescribeRule", input).await?;
    Ok(made(name.clone(), name, [("Arn", said(&answer, "/Arn"))]))
}
