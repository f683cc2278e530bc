//! AWS::IAM::Policy: one that stands in roles, users and groups.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made};
use crate::error::AwsError;

pub(crate) struct Policy;

impl Deed for Policy {
    const KIND: &'static str = "AWS::IAM::Policy";
    const CHANGED: &'static [&'static str] = &["Groups", "PolicyDocument", "Roles", "Users"];
    const REPLACED: &'static [&'static str] = &["PolicyName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = want.need("PolicyName")?;
        let id = format!("{}|{}|{name}", desk.stack_name, want.logical_id);
        match put(desk, &name, want).await {
            Ok(()) => Ok(made(id, name, [])),
            Err(error) => {
                let half = made(id, name, []);
                let half = Made { properties: want.properties.clone(), ..half };
                Policy::delete(desk, &half).await?;
                Err(error)
            }
        }
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = want.need("PolicyName")?;
        put(desk, &name, want).await?;
        let old = &made.properties;
        for (property, field, holder) in HOLDERS {
            let kept = want.get(property).as_array().cloned().unwrap_or_default();
            let gone = old.get(property).and_then(Value::as_array).into_iter().flatten();
            for name_of in gone.filter(|holder| !kept.contains(holder)) {
                let input = json!({ field: name_of, "PolicyName": name });
                desk.take("iam", &format!("Delete{holder}Policy"), input).await?;
            }
        }
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        for (property, field, holder) in HOLDERS {
            for name_of in
                made.properties.get(property).and_then(Value::as_array).into_iter().flatten()
            {
                let input = json!({ field: name_of, "PolicyName": made.reference });
                desk.take("iam", &format!("Delete{holder}Policy"), input).await?;
            }
        }
        Ok(())
    }
}

/// The property, the field and the noun of each kind of holder.
const HOLDERS: [(&str, &str, &str); 3] = [
    ("Roles", "RoleName", "Role"),
    ("Users", "UserName", "User"),
    ("Groups", "GroupName", "Group"),
];

async fn put(desk: &Desk, name: &str, want: &Wanted<'_>) -> Result<(), AwsError> {
    for (property, field, holder) in HOLDERS {
        for name_of in want.get(property).as_array().into_iter().flatten() {
            let document = want.document("PolicyDocument");
            let input = json!({ field: name_of, "PolicyName": name, "PolicyDocument": document });
            desk.ask("iam", &format!("Put{holder}Policy"), input).await?;
        }
    }
    Ok(())
}
