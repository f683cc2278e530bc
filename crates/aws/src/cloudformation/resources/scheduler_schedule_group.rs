//! AWS::Scheduler::ScheduleGroup

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct ScheduleGroup;

impl Deed for ScheduleGroup {
    const KIND: &'static str = "AWS::Scheduler::ScheduleGroup";
    const CHANGED: &'static [&'static str] = &["Tags"];
    const REPLACED: &'static [&'static str] = &["Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "Name", 64);
        let input = json!({ "Name": name, "Tags": want.tags() });
        desk.make(want, "scheduler", "CreateScheduleGroup", input).await?;
        let answer = desk.ask("scheduler", "GetScheduleGroup", json!({ "Name": name })).await?;
        let attributes = ["Arn", "CreationDate", "LastModificationDate", "State"]
            .map(|field| (field, said(&answer, &format!("/{field}"))));
        Ok(made(name.clone(), name, attributes))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::SCHEDULER, json!({ "ResourceArn": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("scheduler", "DeleteScheduleGroup", json!({ "Name": made.physical_id })).await
    }
}
