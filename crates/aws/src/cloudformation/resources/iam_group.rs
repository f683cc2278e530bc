//! AWS::IAM::Group, with its policies.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, said};
use crate::cloudformation::resources::iam_holder::Holder;
use crate::error::AwsError;

const HOLDER: Holder = Holder("Group");

pub(crate) struct Group;

impl Deed for Group {
    const KIND: &'static str = "AWS::IAM::Group";
    const CHANGED: &'static [&'static str] = &["ManagedPolicyArns", "Policies"];
    const REPLACED: &'static [&'static str] = &["GroupName", "Path"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "GroupName", 128);
        let mut input = want.some(&["Path"]);
        input["GroupName"] = json!(name);
        desk.make(want, "iam", "CreateGroup", input).await?;
        let rest = match HOLDER.put(desk, &name, want).await {
            Ok(()) => shown(desk, name.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<Group>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let kept = (&want.get("Policies"), &want.get("ManagedPolicyArns"));
        HOLDER.take_gone(desk, made, kept).await?;
        HOLDER.put(desk, &made.physical_id, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        HOLDER.take_gone(desk, made, (&Value::Null, &Value::Null)).await?;
        desk.take("iam", "DeleteGroup", json!({ "GroupName": made.physical_id })).await
    }
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let answer = desk.ask("iam", "GetGroup", json!({ "GroupName": name })).await?;
    Ok(made(name.clone(), name, [("Arn", said(&answer, "/Group/Arn"))]))
}
