//! AWS::IAM::ManagedPolicy

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made};
use crate::error::AwsError;

pub(crate) struct ManagedPolicy;

impl Deed for ManagedPolicy {
    const KIND: &'static str = "AWS::IAM::ManagedPolicy";
    const CHANGED: &'static [&'static str] = &["PolicyDocument", "Roles"];
    const REPLACED: &'static [&'static str] = &["Description", "ManagedPolicyName", "Path"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "ManagedPolicyName", 128);
        let mut input =
            json!({ "PolicyName": name, "PolicyDocument": want.document("PolicyDocument") });
        (input["Description"], input["Path"]) = (want.get("Description"), want.get("Path"));
        desk.make(want, "iam", "CreatePolicy", input).await?;
        let path = want.text("Path").unwrap_or_else(|| "/".to_owned());
        let arn = desk.arn("iam", &format!("policy{path}{name}"));
        attach(desk, &arn, &want.get("Roles"), "AttachRolePolicy").await?;
        Ok(made(arn.clone(), arn.clone(), [("PolicyArn", arn.into())]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let arn = &made.physical_id;
        drop_versions(desk, arn).await?;
        let document = want.document("PolicyDocument");
        let input = json!({ "PolicyArn": arn, "PolicyDocument": document, "SetAsDefault": true });
        desk.ask("iam", "CreatePolicyVersion", input).await?;
        attach(
            desk,
            arn,
            &made.properties.get("Roles").cloned().unwrap_or_default(),
            "DetachRolePolicy",
        )
        .await?;
        attach(desk, arn, &want.get("Roles"), "AttachRolePolicy").await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let arn = &made.physical_id;
        attach(
            desk,
            arn,
            &made.properties.get("Roles").cloned().unwrap_or_default(),
            "DetachRolePolicy",
        )
        .await?;
        drop_versions(desk, arn).await?;
        desk.take("iam", "DeletePolicy", json!({ "PolicyArn": arn })).await
    }
}

async fn attach(desk: &Desk, arn: &str, roles: &Value, operation: &str) -> Result<(), AwsError> {
    for role in roles.as_array().into_iter().flatten() {
        let input = json!({ "RoleName": role, "PolicyArn": arn });
        match operation {
            "DetachRolePolicy" => desk.take("iam", operation, input).await?,
            _ => desk.ask("iam", operation, input).await.map(drop)?,
        }
    }
    Ok(())
}

/// All but the one in force.
async fn drop_versions(desk: &Desk, arn: &str) -> Result<(), AwsError> {
    let versions = desk
        .ask("iam", "ListPolicyVersions", json!({ "PolicyArn": arn }))
        .await
        .unwrap_or_default();
    for version in versions["Versions"].as_array().into_iter().flatten() {
        if version["IsDefaultVersion"] != true {
            let input = json!({ "PolicyArn": arn, "VersionId": version["VersionId"] });
            desk.take("iam", "DeletePolicyVersion", input).await?;
        }
    }
    Ok(())
}
