//! AWS::Events::EventBus

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct EventBus;

impl Deed for EventBus {
    const KIND: &'static str = "AWS::Events::EventBus";
    const CHANGED: &'static [&'static str] = &["Tags"];
    const REPLACED: &'static [&'static str] = &["Description", "Name"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = want.need("Name")?;
        let mut input = want.some(&["Description"]);
        (input["Name"], input["Tags"]) = (json!(name), want.tags());
        desk.make(want, "events", "CreateEventBus", input).await?;
        let arn = desk.arn("events", &format!("event-bus/{name}"));
        let attributes = [("Arn", arn.into()), ("Name", json!(name))];
        Ok(made(name.clone(), name, attributes))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::EVENTS, json!({ "ResourceARN": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("events", "DeleteEventBus", json!({ "Name": made.physical_id })).await
    }
}
