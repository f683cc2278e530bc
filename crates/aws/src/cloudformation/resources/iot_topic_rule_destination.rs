//! AWS::IoT::TopicRuleDestination: an HTTP endpoint that rules may send to, once it confirmed.

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, said};
use crate::error::AwsError;

pub(crate) struct TopicRuleDestination;

/// What it is until it confirmed.
const FIRST: &str = "IN_PROGRESS";

impl Deed for TopicRuleDestination {
    const KIND: &'static str = "AWS::IoT::TopicRuleDestination";
    const CHANGED: &'static [&'static str] = &["Status"];
    const REPLACED: &'static [&'static str] = &["HttpUrlProperties"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let url = want.get("HttpUrlProperties")["ConfirmationUrl"].clone();
        let input = json!({
            "destinationConfiguration": { "httpUrlConfiguration": { "confirmationUrl": url } },
        });
        let answer = desk.ask("iot", "CreateTopicRuleDestination", input).await?;
        let arn = said(&answer, "/topicRuleDestination/arn");
        let arn = arn.as_str().unwrap_or_default().to_owned();
        let rest = match want.text("Status").filter(|status| status != FIRST) {
            Some(status) => set(desk, &arn, &status).await,
            None => Ok(()),
        };
        let rest = match rest {
            Ok(()) => shown(desk, arn.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<TopicRuleDestination>(desk, want, &arn, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let arn = made.physical_id.clone();
        set(desk, &arn, &want.text("Status").unwrap_or_else(|| FIRST.to_owned())).await?;
        shown(desk, arn).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("iot", "DeleteTopicRuleDestination", json!({ "arn": made.physical_id })).await
    }
}

async fn set(desk: &Desk, arn: &str, status: &str) -> Result<(), AwsError> {
    let input = json!({ "arn": arn, "status": status });
    desk.ask("iot", "UpdateTopicRuleDestination", input).await.map(drop)
}

async fn shown(desk: &Desk, arn: String) -> Result<Made, AwsError> {
    let answer = desk.ask("iot", "GetTopicRuleDestination", json!({ "arn": arn })).await?;
    let reason = said(&answer, "/topicRuleDestination/statusReason");
    let reason = reason.as_str().unwrap_or_default().to_owned();
    Ok(made(arn.clone(), arn.clone(), [("Arn", arn.into()), ("StatusReason", reason.into())]))
}
