//! AWS::IoT::ThingGroup: one that things are put into.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct ThingGroup;

impl Deed for ThingGroup {
    const KIND: &'static str = "AWS::IoT::ThingGroup";
    const CHANGED: &'static [&'static str] = &["Tags", "ThingGroupProperties"];
    const REPLACED: &'static [&'static str] = &["ParentGroupName", "ThingGroupName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "ThingGroupName", 128);
        let input = json!({
            "thingGroupName": name, "parentGroupName": want.get("ParentGroupName"),
            "thingGroupProperties": properties(want)?, "tags": want.tags(),
        });
        desk.make(want, "iot", "CreateThingGroup", input).await?;
        shown(desk, name).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let mut properties = properties(want)?;
        properties["attributePayload"]["merge"] = json!(false);
        let input = json!({ "thingGroupName": name, "thingGroupProperties": properties });
        desk.ask("iot", "UpdateThingGroup", input).await?;
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::IOT, json!({ "resourceArn": arn }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("iot", "DeleteThingGroup", json!({ "thingGroupName": made.physical_id })).await
    }
}

/// Names of attributes are as they are.
fn properties(want: &Wanted<'_>) -> Result<Value, AwsError> {
    let given = want.get("ThingGroupProperties");
    want.only("ThingGroupProperties", &given, &["AttributePayload", "ThingGroupDescription"])?;
    let payload = &given["AttributePayload"];
    want.only("ThingGroupProperties/AttributePayload", payload, &["Attributes"])?;
    let attributes = payload.get("Attributes").cloned().unwrap_or_else(|| json!({}));
    let mut properties = json!({ "attributePayload": { "attributes": attributes } });
    if let Some(description) = given.get("ThingGroupDescription") {
        properties["thingGroupDescription"] = description.clone();
    }
    Ok(properties)
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer = desk.ask("iot", "DescribeThingGroup", json!({ "thingGroupName": name })).await?;
    let attributes =
        [("Arn", said(&answer, "/thingGroupArn")), ("Id", said(&answer, "/thingGroupId"))];
    Ok(made(name.clone(), name, attributes))
}
