//! AWS::Lambda::Permission

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, never_changes};
use crate::error::AwsError;

pub(crate) struct Permission;

impl Deed for Permission {
    const KIND: &'static str = "AWS::Lambda::Permission";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] =
        &["Action", "FunctionName", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let function = want.need("FunctionName")?;
        let statement = desk.name(want, "", 100);
        let mut input =
            want.some(&["Action", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn"]);
        (input["FunctionName"], input["StatementId"]) = (json!(function), json!(statement));
        desk.make(want, "lambda", "AddPermission", input).await?;
        Ok(made(statement.clone(), statement.clone(), [("Id", statement.into())]))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let function = made.properties.get("FunctionName").cloned().unwrap_or_default();
        let input = json!({ "FunctionName": function, "StatementId": made.physical_id });
        desk.take("lambda", "RemovePermission", input).await
    }
}
