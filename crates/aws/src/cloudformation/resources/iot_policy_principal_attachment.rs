//! AWS::IoT::PolicyPrincipalAttachment

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, halves, made, never_changes};
use crate::error::AwsError;

pub(crate) struct PolicyPrincipalAttachment;

impl Deed for PolicyPrincipalAttachment {
    const KIND: &'static str = "AWS::IoT::PolicyPrincipalAttachment";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &["PolicyName", "Principal"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let (name, principal) = (want.need("PolicyName")?, want.need("Principal")?);
        desk.ask("iot", "AttachPolicy", json!({ "policyName": name, "target": principal })).await?;
        let id = format!("{name}|{principal}");
        Ok(made(id.clone(), id, []))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let (name, principal) = halves(made, '|')?;
        desk.take("iot", "DetachPolicy", json!({ "policyName": name, "target": principal })).await
    }
}
