//! AWS::Logs::LogGroup

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, plain};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct LogGroup;

impl Deed for LogGroup {
    const KIND: &'static str = "AWS::Logs::LogGroup";
    const CHANGED: &'static [&'static str] = &["RetentionInDays", "Tags"];
    const REPLACED: &'static [&'static str] = &["LogGroupName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "LogGroupName", 512);
        let tags = tags::object(&want.get("Tags"));
        let input = json!({ "logGroupName": name, "tags": tags });
        desk.make(want, "logs", "CreateLogGroup", input).await?;
        let arn = desk.arn("logs", &format!("log-group:{name}:*"));
        let rest = retain(desk, &name, want).await;
        let rest = rest.map(|()| made(name.clone(), name.clone(), [("Arn", arn.into())]));
        or_undone::<LogGroup>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        retain(desk, &made.physical_id, want).await?;
        let arn = desk.arn("logs", &format!("log-group:{}", made.physical_id));
        tags::retag(desk, tags::LOGS, json!({ "resourceArn": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("logs", "DeleteLogGroup", json!({ "logGroupName": made.physical_id })).await
    }
}

async fn retain(desk: &Desk, name: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    let days = plain(want.get("RetentionInDays"));
    match days.is_null() {
        true => desk.take("logs", "DeleteRetentionPolicy", json!({ "logGroupName": name })).await,
        false => {
            let input = json!({ "logGroupName": name, "retentionInDays": days });
            desk.ask("logs", "PutRetentionPolicy", input).await.map(drop)
        }
    }
}
