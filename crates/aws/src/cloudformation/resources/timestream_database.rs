//! AWS::Timestream::Database

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, made, never_changes};
use crate::error::AwsError;

pub(crate) struct Database;

impl Deed for Database {
    const KIND: &'static str = "AWS::Timestream::Database";
    const CHANGED: &'static [&'static str] = &[];
    const REPLACED: &'static [&'static str] = &["DatabaseName", "KmsKeyId", "Tags"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "DatabaseName", 64);
        let mut input = want.some(&["KmsKeyId"]);
        (input["DatabaseName"], input["Tags"]) = (json!(name), want.tags());
        desk.make(want, "timestream", "CreateDatabase", input).await?;
        let arn = desk.arn("timestream", &format!("database/{name}"));
        Ok(made(name.clone(), name, [("Arn", arn.into())]))
    }

    async fn update(_desk: &Desk, _made: &Made, _want: &Wanted<'_>) -> Result<Made, AwsError> {
        Err(never_changes(Self::KIND))
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("timestream", "DeleteDatabase", json!({ "DatabaseName": made.physical_id })).await
    }
}
