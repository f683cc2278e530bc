//! AWS::Events::Rule, with its targets.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made, or_undone, plain, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Rule;

impl Deed for Rule {
    const KIND: &'static str = "AWS::Events::Rule";
    const CHANGED: &'static [&'static str] = &[
        "Description",
        "EventPattern",
        "RoleArn",
        "ScheduleExpression",
        "State",
        "Tags",
        "Targets",
    ];
    const REPLACED: &'static [&'static str] = &["EventBusName", "Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "Name", 64);
        // One that is there already would be changed.
        if !(want.is_again && desk.has_receipt(want)?) {
            match shown(desk, name.clone(), want).await {
                Ok(_) => return Err(desk.exists(want)),
                Err(error) if error.code == "ResourceNotFoundException" => {}
                Err(error) => return Err(error),
            }
        }
        let rest = match desk.receipted(want, put(desk, &name, want, want.tags())).await {
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
        put(desk, &name, want, Value::Null).await?;
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::EVENTS, json!({ "ResourceARN": arn }), made, want).await?;
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

async fn put(desk: &Desk, name: &str, want: &Wanted<'_>, tags: Value) -> Result<(), AwsError> {
    let fields = ["Description", "EventBusName", "RoleArn", "ScheduleExpression", "State"];
    let mut input = want.some(&fields);
    (input["Name"], input["Tags"]) = (json!(name), tags);
    if want.properties.contains_key("EventPattern") {
        input["EventPattern"] = want.document("EventPattern");
    }
    desk.ask("events", "PutRule", input).await?;
    let mut targets = want.get("Targets");
    for policy in
        targets.as_array_mut().into_iter().flatten().filter_map(|it| it.get_mut("RetryPolicy"))
    {
        *policy = plain(policy.take());
    }
    if targets.as_array().is_some_and(|targets| !targets.is_empty()) {
        let mut input = want.some(&["EventBusName"]);
        input["Targets"] = targets;
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
