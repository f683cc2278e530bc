//! AWS::IAM::Role, with its policies.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, document};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, plain, said};
use crate::error::AwsError;

pub(crate) struct Role;

impl Deed for Role {
    const KIND: &'static str = "AWS::IAM::Role";
    const CHANGED: &'static [&'static str] = &[
        "AssumeRolePolicyDocument",
        "Description",
        "ManagedPolicyArns",
        "MaxSessionDuration",
        "Policies",
    ];
    const REPLACED: &'static [&'static str] = &["Path", "PermissionsBoundary", "RoleName", "Tags"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "RoleName", 64);
        let mut input = plain(want.some(&["MaxSessionDuration"]));
        input["RoleName"] = json!(name);
        input["AssumeRolePolicyDocument"] = want.document("AssumeRolePolicyDocument");
        for field in ["Description", "Path", "PermissionsBoundary"] {
            input[field] = want.get(field);
        }
        input["Tags"] = want.tags();
        desk.make(want, "iam", "CreateRole", input).await?;
        let rest = match policies(desk, &name, want).await {
            Ok(()) => shown(desk, name.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<Role>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let trust = want.document("AssumeRolePolicyDocument");
        let input = json!({ "RoleName": name, "PolicyDocument": trust });
        desk.ask("iam", "UpdateAssumeRolePolicy", input).await?;
        let mut input = plain(want.some(&["MaxSessionDuration"]));
        (input["RoleName"], input["Description"]) = (json!(name), want.get("Description"));
        desk.ask("iam", "UpdateRole", input).await?;
        let (inline, managed) =
            (inline_names(&want.get("Policies")), want.get("ManagedPolicyArns"));
        let old = made.properties.get("Policies").cloned().unwrap_or_default();
        for policy in inline_names(&old).into_iter().filter(|policy| !inline.contains(policy)) {
            desk.take("iam", "DeleteRolePolicy", json!({ "RoleName": name, "PolicyName": policy }))
                .await?;
        }
        let old = made.properties.get("ManagedPolicyArns").cloned().unwrap_or_default();
        let kept = managed.as_array().cloned().unwrap_or_default();
        for arn in old.as_array().into_iter().flatten().filter(|arn| !kept.contains(arn)) {
            desk.take("iam", "DetachRolePolicy", json!({ "RoleName": name, "PolicyArn": arn }))
                .await?;
        }
        policies(desk, &name, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let name = &made.physical_id;
        for policy in inline_names(&made.properties.get("Policies").cloned().unwrap_or_default()) {
            desk.take("iam", "DeleteRolePolicy", json!({ "RoleName": name, "PolicyName": policy }))
                .await?;
        }
        let managed = made.properties.get("ManagedPolicyArns").cloned().unwrap_or_default();
        for arn in managed.as_array().into_iter().flatten() {
            desk.take("iam", "DetachRolePolicy", json!({ "RoleName": name, "PolicyArn": arn }))
                .await?;
        }
        desk.take("iam", "DeleteRole", json!({ "RoleName": name })).await
    }
}

fn inline_names(policies: &Value) -> Vec<Value> {
    policies.as_array().into_iter().flatten().map(|policy| policy["PolicyName"].clone()).collect()
}

async fn policies(desk: &Desk, name: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    for policy in want.get("Policies").as_array().into_iter().flatten() {
        let document = document(&policy["PolicyDocument"]);
        let input = json!({ "RoleName": name, "PolicyName": policy["PolicyName"], "PolicyDocument": document });
        desk.ask("iam", "PutRolePolicy", input).await?;
    }
    for arn in want.get("ManagedPolicyArns").as_array().into_iter().flatten() {
        desk.ask("iam", "AttachRolePolicy", json!({ "RoleName": name, "PolicyArn": arn })).await?;
    }
    Ok(())
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer = desk.ask("iam", "GetRole", json!({ "RoleName": name })).await?;
    let attributes =
        [("Arn", said(&answer, "/Role/Arn")), ("RoleId", said(&answer, "/Role/RoleId"))];
    Ok(made(name.clone(), name, attributes))
}
