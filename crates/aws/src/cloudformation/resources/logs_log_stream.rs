//! AWS::Logs::LogStream

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, never_changes};
use crate::error::AwsError;

pub(crate) struct LogStream;

impl Deed for LogStream {
    const KIND: &'static str = "AWS::Logs::LogStream";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &["LogGroupName", "LogStreamName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let (group, name) = (want.need("LogGroupName")?, desk.name(want, "LogStreamName", 512));
        let input = json!({ "logGroupName": group, "logStreamName": name });
        desk.make(want, "logs", "CreateLogStream", input).await?;
        Ok(made(name.clone(), name, []))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let group = made.properties.get("LogGroupName").cloned().unwrap_or_default();
        let input = json!({ "logGroupName": group, "logStreamName": made.physical_id });
        desk.take("logs", "DeleteLogStream", input).await
    }
}
