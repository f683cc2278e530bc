//! AWS::IAM::Role, with its policies.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, plain, said};
use crate::cloudformation::resources::iam_holder::Holder;
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

const HOLDER: Holder = Holder("Role");

pub(crate) struct Role;

impl Deed for Role {
    const KIND: &'static str = "AWS::IAM::Role";
    const CHANGED: &'static [&'static str] = &[
        "AssumeRolePolicyDocument",
        "Description",
        "ManagedPolicyArns",
        "MaxSessionDuration",
        "PermissionsBoundary",
        "Policies",
        "Tags",
    ];
    const REPLACED: &'static [&'static str] = &["Path", "RoleName"];

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
        let rest = match HOLDER.put(desk, &name, want).await {
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
        let kept = (&want.get("Policies"), &want.get("ManagedPolicyArns"));
        HOLDER.take_gone(desk, made, kept).await?;
        HOLDER.put(desk, &name, want).await?;
        HOLDER.bound(desk, made, want).await?;
        tags::retag(desk, tags::ROLE, json!({ "RoleName": name }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        HOLDER.take_gone(desk, made, (&Value::Null, &Value::Null)).await?;
        desk.take("iam", "DeleteRole", json!({ "RoleName": made.physical_id })).await
    }
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer = desk.ask("iam", "GetRole", json!({ "RoleName": name })).await?;
    let attributes =
        [("Arn", said(&answer, "/Role/Arn")), ("RoleId", said(&answer, "/Role/RoleId"))];
    Ok(made(name.clone(), name, attributes))
}
