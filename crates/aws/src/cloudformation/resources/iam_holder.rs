//! What roles, users and groups have in common: policies that stand in them, and those that are attached.

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted, document};
use crate::error::AwsError;

/// The noun of a kind of holder; its name stands in a field of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holder(pub(crate) &'static str);

impl Holder {
    fn field(self) -> String {
        format!("{}Name", self.0)
    }

    fn input(self, name: &str, field: &str, value: &Value) -> Value {
        let mut input = json!({ field: value });
        input[self.field()] = json!(name);
        input
    }

    /// Gives it the policies that it is to have.
    pub(crate) async fn put(
        self,
        desk: &Desk,
        name: &str,
        want: &Wanted<'_>,
    ) -> Result<(), AwsError> {
        for policy in want.get("Policies").as_array().into_iter().flatten() {
            let mut input = self.input(name, "PolicyName", &policy["PolicyName"]);
            input["PolicyDocument"] = document(&policy["PolicyDocument"]);
            desk.ask("iam", &format!("Put{}Policy", self.0), input).await?;
        }
        for arn in want.get("ManagedPolicyArns").as_array().into_iter().flatten() {
            let input = self.input(name, "PolicyArn", arn);
            desk.ask("iam", &format!("Attach{}Policy", self.0), input).await?;
        }
        Ok(())
    }

    /// Takes those that it had and is not to have.
    pub(crate) async fn take_gone(
        self,
        desk: &Desk,
        made: &Made,
        (policies, managed): (&Value, &Value),
    ) -> Result<(), AwsError> {
        let name = &made.physical_id;
        let old = |property: &str| made.properties.get(property).cloned().unwrap_or_default();
        let kept = inline_names(policies);
        for policy in inline_names(&old("Policies")).iter().filter(|name| !kept.contains(name)) {
            let input = self.input(name, "PolicyName", policy);
            desk.take("iam", &format!("Delete{}Policy", self.0), input).await?;
        }
        let kept = managed.as_array().cloned().unwrap_or_default();
        let old = old("ManagedPolicyArns");
        for arn in old.as_array().into_iter().flatten().filter(|arn| !kept.contains(arn)) {
            let input = self.input(name, "PolicyArn", arn);
            desk.take("iam", &format!("Detach{}Policy", self.0), input).await?;
        }
        Ok(())
    }

    /// Sets or takes the boundary of what it may, if that changed.
    pub(crate) async fn bound(
        self,
        desk: &Desk,
        made: &Made,
        want: &Wanted<'_>,
    ) -> Result<(), AwsError> {
        let (name, boundary) = (&made.physical_id, want.properties.get("PermissionsBoundary"));
        if boundary == made.properties.get("PermissionsBoundary") {
            return Ok(());
        }
        match boundary {
            Some(arn) => {
                let input = self.input(name, "PermissionsBoundary", arn);
                let operation = format!("Put{}PermissionsBoundary", self.0);
                desk.ask("iam", &operation, input).await.map(drop)
            }
            None => {
                let mut input = json!({});
                input[self.field()] = json!(name);
                desk.take("iam", &format!("Delete{}PermissionsBoundary", self.0), input).await
            }
        }
    }
}

fn inline_names(policies: &Value) -> Vec<Value> {
    policies.as_array().into_iter().flatten().map(|policy| policy["PolicyName"].clone()).collect()
}
