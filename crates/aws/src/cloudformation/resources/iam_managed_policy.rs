//! AWS::IAM::ManagedPolicy

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone};
use crate::error::AwsError;

pub(crate) struct ManagedPolicy;

/// The property and the noun of each kind that it is attached to.
const HOLDERS: [(&str, &str); 3] = [("Groups", "Group"), ("Roles", "Role"), ("Users", "User")];

impl Deed for ManagedPolicy {
    const KIND: &'static str = "AWS::IAM::ManagedPolicy";
    const CHANGED: &'static [&'static str] = &["Groups", "PolicyDocument", "Roles", "Users"];
    const REPLACED: &'static [&'static str] = &["Description", "ManagedPolicyName", "Path"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "ManagedPolicyName", 128);
        let mut input =
            json!({ "PolicyName": name, "PolicyDocument": want.document("PolicyDocument") });
        (input["Description"], input["Path"]) = (want.get("Description"), want.get("Path"));
        desk.make(want, "iam", "CreatePolicy", input).await?;
        let path = want.text("Path").unwrap_or_else(|| "/".to_owned());
        let arn = desk.arn("iam", &format!("policy{path}{name}"));
        let attached = attach(desk, &arn, want).await;
        let rest =
            attached.map(|()| made(arn.clone(), arn.clone(), [("PolicyArn", arn.clone().into())]));
        or_undone::<ManagedPolicy>(desk, want, &arn, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let arn = &made.physical_id;
        if want.properties.get("PolicyDocument") != made.properties.get("PolicyDocument") {
            drop_versions(desk, arn).await?;
            let document = want.document("PolicyDocument");
            let input =
                json!({ "PolicyArn": arn, "PolicyDocument": document, "SetAsDefault": true });
            desk.ask("iam", "CreatePolicyVersion", input).await?;
        }
        detach(desk, made, |property| want.get(property)).await?;
        attach(desk, arn, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let arn = &made.physical_id;
        detach(desk, made, |_| Value::Null).await?;
        drop_versions(desk, arn).await?;
        desk.take("iam", "DeletePolicy", json!({ "PolicyArn": arn })).await
    }
}

async fn attach(desk: &Desk, arn: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    for (property, holder) in HOLDERS {
        for name in want.get(property).as_array().into_iter().flatten() {
            let mut input = json!({ "PolicyArn": arn });
            input[format!("{holder}Name")] = name.clone();
            desk.ask("iam", &format!("Attach{holder}Policy"), input).await?;
        }
    }
    Ok(())
}

/// From all that it is not to be attached to.
async fn detach(desk: &Desk, made: &Made, kept: impl Fn(&str) -> Value) -> Result<(), AwsError> {
    for (property, holder) in HOLDERS {
        let kept = kept(property).as_array().cloned().unwrap_or_default();
        let old = made.properties.get(property).and_then(Value::as_array).into_iter().flatten();
        for name in old.filter(|name| !kept.contains(name)) {
            let mut input = json!({ "PolicyArn": made.physical_id });
            input[format!("{holder}Name")] = name.clone();
            desk.take("iam", &format!("Detach{holder}Policy"), input).await?;
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
