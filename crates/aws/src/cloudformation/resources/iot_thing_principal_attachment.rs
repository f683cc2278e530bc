//! AWS::IoT::ThingPrincipalAttachment

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, halves, made, never_changes};
use crate::error::AwsError;

pub(crate) struct ThingPrincipalAttachment;

impl Deed for ThingPrincipalAttachment {
    const KIND: &'static str = "AWS::IoT::ThingPrincipalAttachment";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &["ThingName", "Principal"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let (name, principal) = (want.need("ThingName")?, want.need("Principal")?);
        desk.ask(
            "iot",
            "AttachThingPrincipal",
            json!({ "thingName": name, "principal": principal }),
        )
        .await?;
        let id = format!("{name}|{principal}");
        Ok(made(id.clone(), id, []))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let (name, principal) = halves(made, '|')?;
        desk.take(
            "iot",
            "DetachThingPrincipal",
            json!({ "thingName": name, "principal": principal }),
        )
        .await
    }
}
