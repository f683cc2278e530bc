//! AWS::Timestream::Database

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, made};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Database;

impl Deed for Database {
    const KIND: &'static str = "AWS::Timestream::Database";
    const CHANGED: &'static [&'static str] = &["Tags"];
    const REPLACED: &'static [&'static str] = &["DatabaseName", "KmsKeyId"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let name = desk.name(want, "DatabaseName", 64);
        let mut input = want.some(&["KmsKeyId"]);
        (input["DatabaseName"], input["Tags"]) = (json!(name), want.tags());
        desk.make(want, "timestream", "CreateDatabase", input).await?;
        let arn = desk.arn("timestream", &format!("database/{name}"));
        Ok(made(name.clone(), name, [("Arn", arn.into())]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::TIMESTREAM, json!({ "ResourceARN": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        desk.take("timestream", "DeleteDatabase", json!({ "DatabaseName": made.physical_id })).await
    }
}
