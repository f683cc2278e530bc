//! AWS::IoT::TopicRule

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, camel};
use crate::cloudformation::resources::deed::{Deed, made, plain};
use crate::error::AwsError;

pub(crate) struct TopicRule;

impl Deed for TopicRule {
    const KIND: &'static str = "AWS::IoT::TopicRule";
    const CHANGED: &'static [&'static str] = &["TopicRulePayload"];
    const REPLACED: &'static [&'static str] = &["RuleName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name_or(want, "RuleName", 128, '_');
        desk.make(want, "iot", "CreateTopicRule", payload(want, &name)).await?;
        let arn = desk.arn("iot", &format!("rule/{name}"));
        Ok(made(name.clone(), name, [("Arn", arn.into())]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        desk.ask("iot", "ReplaceTopicRule", payload(want, &made.physical_id)).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("iot", "DeleteTopicRule", json!({ "ruleName": made.physical_id })).await
    }
}

fn payload(want: &Wanted<'_>, name: &str) -> Value {
    let mut payload = camel(&want.get("TopicRulePayload"));
    if payload.is_object() {
        payload["ruleName"] = json!(name);
        if let Some(disabled) = payload.get_mut("ruleDisabled") {
            *disabled = plain(disabled.take());
        }
    }
    payload
}
