//! AWS::IoT::Thing

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, said};
use crate::error::AwsError;

pub(crate) struct Thing;

impl Deed for Thing {
    const KIND: &'static str = "AWS::IoT::Thing";
    const CHANGED: &'static [&'static str] = &["AttributePayload"];
    const REPLACED: &'static [&'static str] = &["ThingName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "ThingName", 128);
        let input = json!({ "thingName": name, "attributePayload": attributes(want) });
        desk.make(want, "iot", "CreateThing", input).await?;
        shown(desk, name).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let mut payload = attributes(want);
        payload["merge"] = json!(false);
        let input = json!({ "thingName": made.physical_id, "attributePayload": payload });
        desk.ask("iot", "UpdateThing", input).await?;
        shown(desk, made.physical_id.clone()).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("iot", "DeleteThing", json!({ "thingName": made.physical_id })).await
    }
}

fn attributes(want: &Wanted<'_>) -> Value {
    let given = want.get("AttributePayload");
    json!({ "attributes": given.get("Attributes").cloned().unwrap_or_else(|| json!({})) })
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let thing = desk.ask("iot", "DescribeThing", json!({ "thingName": name })).await?;
    let attributes = [("Arn", said(&thing, "/thingArn")), ("Id", said(&thing, "/thingId"))];
    Ok(made(name.clone(), name, attributes))
}
