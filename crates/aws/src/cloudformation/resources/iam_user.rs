//! AWS::IAM::User, with its policies and groups.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, said};
use crate::cloudformation::resources::iam_holder::Holder;
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

const HOLDER: Holder = Holder("User");

pub(crate) struct User;

impl Deed for User {
    const KIND: &'static str = "AWS::IAM::User";
    const CHANGED: &'static [&'static str] =
        &["Groups", "ManagedPolicyArns", "PermissionsBoundary", "Policies", "Tags"];
    const REPLACED: &'static [&'static str] = &["Path", "UserName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "UserName", 64);
        let mut input = want.some(&["Path", "PermissionsBoundary"]);
        (input["UserName"], input["Tags"]) = (json!(name), want.tags());
        desk.make(want, "iam", "CreateUser", input).await?;
        let rest = match rest(desk, &name, want).await {
            Ok(()) => shown(desk, name.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<User>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = made.physical_id.clone();
        let kept = (&want.get("Policies"), &want.get("ManagedPolicyArns"));
        HOLDER.take_gone(desk, made, kept).await?;
        leave_groups(desk, made, &want.get("Groups")).await?;
        rest(desk, &name, want).await?;
        HOLDER.bound(desk, made, want).await?;
        tags::retag(desk, tags::USER, json!({ "UserName": name }), made, want).await?;
        shown(desk, name).await
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        HOLDER.take_gone(desk, made, (&Value::Null, &Value::Null)).await?;
        leave_groups(desk, made, &Value::Null).await?;
        desk.take("iam", "DeleteUser", json!({ "UserName": made.physical_id })).await
    }
}

async fn rest(desk: &Desk, name: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    for group in want.get("Groups").as_array().into_iter().flatten() {
        desk.ask("iam", "AddUserToGroup", json!({ "UserName": name, "GroupName": group })).await?;
    }
    HOLDER.put(desk, name, want).await
}

async fn leave_groups(desk: &Desk, made: &Made, kept: &Value) -> Result<(), AwsError> {
    let kept = kept.as_array().cloned().unwrap_or_default();
    let old = made.properties.get("Groups").and_then(Value::as_array).into_iter().flatten();
    for group in old.filter(|group| !kept.contains(group)) {
        let input = json!({ "UserName": made.physical_id, "GroupName": group });
        desk.take("iam", "RemoveUserFromGroup", input).await?;
    }
    Ok(())
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer = desk.ask("iam", "GetUser", json!({ "UserName": name })).await?;
    Ok(made(name.clone(), name, [("Arn", said(&answer, "/User/Arn"))]))
}
