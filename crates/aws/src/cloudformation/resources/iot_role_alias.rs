//! AWS::IoT::RoleAlias

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made, plain};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct RoleAlias;

impl Deed for RoleAlias {
    const KIND: &'static str = "AWS::IoT::RoleAlias";
    const CHANGED: &'static [&'static str] = &["CredentialDurationSeconds", "RoleArn", "Tags"];
    const REPLACED: &'static [&'static str] = &["RoleAlias"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "RoleAlias", 128);
        let mut input = settings(want, &name);
        input["tags"] = want.tags();
        desk.make(want, "iot", "CreateRoleAlias", input).await?;
        Ok(shown(desk, name))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let mut input = settings(want, &made.physical_id);
        if input["credentialDurationSeconds"].is_null() {
            // AWS's default.
            input["credentialDurationSeconds"] = json!(3600);
        }
        desk.ask("iot", "UpdateRoleAlias", input).await?;
        let arn = attribute(made, "RoleAliasArn")?;
        tags::retag(desk, tags::IOT, json!({ "resourceArn": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("iot", "DeleteRoleAlias", json!({ "roleAlias": made.physical_id })).await
    }
}

fn settings(want: &Wanted<'_>, name: &str) -> Value {
    json!({
        "roleAlias": name, "roleArn": want.get("RoleArn"),
        "credentialDurationSeconds": plain(want.get("CredentialDurationSeconds")),
    })
}

fn shown(desk: &Desk, name: String) -> Made {
    let arn = desk.arn("iot", &format!("rolealias/{name}"));
    made(name.clone(), name, [("RoleAliasArn", arn.into())])
}
