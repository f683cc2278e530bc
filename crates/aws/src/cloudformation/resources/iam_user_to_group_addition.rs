//! AWS::IAM::UserToGroupAddition

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone};
use crate::error::AwsError;

pub(crate) struct UserToGroupAddition;

impl Deed for UserToGroupAddition {
    const KIND: &'static str = "AWS::IAM::UserToGroupAddition";
    const CHANGED: &'static [&'static str] = &["Users"];
    const REPLACED: &'static [&'static str] = &["GroupName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "", 128);
        let rest = add(desk, want).await.map(|()| made(name.clone(), name.clone(), []));
        or_undone::<UserToGroupAddition>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        remove(desk, made, &want.get("Users")).await?;
        add(desk, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        remove(desk, made, &Value::Null).await
    }
}

async fn add(desk: &Desk, want: &Wanted<'_>) -> Result<(), AwsError> {
    let group = want.need("GroupName")?;
    for user in want.get("Users").as_array().into_iter().flatten() {
        desk.ask("iam", "AddUserToGroup", json!({ "UserName": user, "GroupName": group })).await?;
    }
    Ok(())
}

async fn remove(desk: &Desk, made: &Made, kept: &Value) -> Result<(), AwsError> {
    let kept = kept.as_array().cloned().unwrap_or_default();
    let group = made.properties.get("GroupName").cloned().unwrap_or_default();
    let old = made.properties.get("Users").and_then(Value::as_array).into_iter().flatten();
    for user in old.filter(|user| !kept.contains(user)) {
        let input = json!({ "UserName": user, "GroupName": group });
        desk.take("iam", "RemoveUserFromGroup", input).await?;
    }
    Ok(())
}
