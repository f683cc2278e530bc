//! AWS::IoT::ThingType

use std::time::Duration;

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, camel};
use crate::cloudformation::resources::deed::{Deed, attribute, made, or_undone, plain, said};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

/// A type can be deleted five minutes after its deprecation, which are waited for, as AWS waits.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(crate) struct ThingType;

impl Deed for ThingType {
    const KIND: &'static str = "AWS::IoT::ThingType";
    const CHANGED: &'static [&'static str] = &["DeprecateThingType", "Tags", "ThingTypeProperties"];
    const REPLACED: &'static [&'static str] = &["ThingTypeName"];

    /// Only its description can be changed.
    fn replaces(property: &str, old: &Value, new: &Value) -> bool {
        property == "ThingTypeProperties"
            && old["SearchableAttributes"] != new["SearchableAttributes"]
    }

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "ThingTypeName", 128);
        let input = json!({
            "thingTypeName": name, "thingTypeProperties": properties(want), "tags": want.tags(),
        });
        desk.make(want, "iot", "CreateThingType", input).await?;
        let rest = match plain(want.get("DeprecateThingType")) == true {
            true => deprecate(desk, &name, true).await,
            false => Ok(()),
        };
        let rest = match rest {
            Ok(()) => shown(desk, name.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<ThingType>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        if made.properties.get("ThingTypeProperties") != want.properties.get("ThingTypeProperties")
        {
            let input = json!({ "thingTypeName": name, "thingTypeProperties": properties(want) });
            desk.ask("iot", "UpdateThingType", input).await?;
        }
        let was = made.properties.get("DeprecateThingType").cloned().unwrap_or_default();
        let (was, is) = (plain(was) == true, plain(want.get("DeprecateThingType")) == true);
        if was != is {
            deprecate(desk, &name, is).await?;
        }
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::IOT, json!({ "resourceArn": arn }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let name = &made.physical_id;
        desk.take("iot", "DeprecateThingType", json!({ "thingTypeName": name })).await?;
        loop {
            let deleted =
                desk.take("iot", "DeleteThingType", json!({ "thingTypeName": name })).await;
            match deleted {
                Err(error) if error.message.contains("less than 5 minutes ago") => {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                outcome => return outcome,
            }
        }
    }
}

fn properties(want: &Wanted<'_>) -> Value {
    camel(&want.get("ThingTypeProperties"))
}

async fn deprecate(desk: &Desk, name: &str, is_deprecated: bool) -> Result<(), AwsError> {
    let input = json!({ "thingTypeName": name, "undoDeprecate": !is_deprecated });
    desk.ask("iot", "DeprecateThingType", input).await.map(drop)
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer = desk.ask("iot", "DescribeThingType", json!({ "thingTypeName": name })).await?;
    let attributes =
        [("Arn", said(&answer, "/thingTypeArn")), ("Id", said(&answer, "/thingTypeId"))];
    Ok(made(name.clone(), name, attributes))
}
