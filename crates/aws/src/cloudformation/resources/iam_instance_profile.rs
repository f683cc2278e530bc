//! AWS::IAM::InstanceProfile

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, or_undone, said};
use crate::error::AwsError;

pub(crate) struct InstanceProfile;

impl Deed for InstanceProfile {
    const KIND: &'static str = "AWS::IAM::InstanceProfile";
    const CHANGED: &'static [&'static str] = &["Roles"];
    const REPLACED: &'static [&'static str] = &["InstanceProfileName", "Path"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "InstanceProfileName", 128);
        let mut input = want.some(&["Path"]);
        input["InstanceProfileName"] = json!(name);
        desk.make(want, "iam", "CreateInstanceProfile", input).await?;
        let rest = match roles(desk, &name, &want.get("Roles"), want).await {
            Ok(()) => shown(desk, name.clone()).await,
            Err(error) => Err(error),
        };
        or_undone::<InstanceProfile>(desk, want, &name, rest).await
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        clear(desk, made).await?;
        roles(desk, &made.physical_id, &want.get("Roles"), want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        clear(desk, made).await?;
        let input = json!({ "InstanceProfileName": made.physical_id });
        desk.take("iam", "DeleteInstanceProfile", input).await
    }
}

async fn roles(desk: &Desk, name: &str, roles: &Value, want: &Wanted<'_>) -> Result<(), AwsError> {
    for role in roles.as_array().into_iter().flatten() {
        let input = json!({ "InstanceProfileName": name, "RoleName": role });
        match desk.ask("iam", "AddRoleToInstanceProfile", input).await {
            // It has one role, which an attempt that was stopped gave it.
            Err(error) if want.is_again && error.code == "LimitExceeded" => {}
            outcome => drop(outcome?),
        }
    }
    Ok(())
}

async fn clear(desk: &Desk, made: &Made) -> Result<(), AwsError> {
    let old = made.properties.get("Roles").and_then(Value::as_array).into_iter().flatten();
    for role in old {
        let input = json!({ "InstanceProfileName": made.physical_id, "RoleName": role });
        desk.take("iam", "RemoveRoleFromInstanceProfile", input).await?;
    }
    Ok(())
}

async fn shown(desk: &Desk, name: String) -> Result<Made, AwsError> {
    let input = json!({ "InstanceProfileName": name });
    let answer = desk.ask("iam", "GetInstanceProfile", input).await?;
    Ok(made(name.clone(), name, [("Arn", said(&answer, "/InstanceProfile/Arn"))]))
}
