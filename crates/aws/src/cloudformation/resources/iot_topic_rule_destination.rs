//! AWS::IoT::TopicRuleDestination: an HTTP endpoint that rules may send to, once it confirmed.

use registry::PAGE_ITEMS_MAX;
use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, is_there_already};
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
        let is_ours = want.is_again && desk.has_receipt(want)?;
        let creating = desk.ask("iot", "CreateTopicRuleDestination", input);
        let arn = match desk.receipted(want, creating).await {
            Err(error) if is_ours && is_there_already(&error) => {
                found(desk, url.as_str().unwrap_or_default())?.ok_or(error)?
            }
            outcome => {
                let arn = said(&outcome?, "/topicRuleDestination/arn");
                arn.as_str().unwrap_or_default().to_owned()
            }
        };
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

/// The ARN of the destination that has this URL: there is one at most.
fn found(desk: &Desk, url: &str) -> Result<Option<String>, AwsError> {
    let (registry, mut after) = (desk.state.fleet.registry(), None::<String>);
    loop {
        let page = registry.destinations(after.as_deref(), PAGE_ITEMS_MAX)?;
        if let Some(found) = page.items.iter().find(|found| found.confirmation_url == url) {
            return Ok(Some(registry.destination_arn(&found.id).to_string()));
        }
        after = page.next;
        if after.is_none() {
            return Ok(None);
        }
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
