//! AWS::Timestream::Table

use serde_json::json;
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::{Deed, attribute, halves, made, plain};
use crate::cloudformation::resources::tags;
use crate::error::AwsError;

pub(crate) struct Table;

impl Deed for Table {
    const KIND: &'static str = "AWS::Timestream::Table";
    const CHANGED: &'static [&'static str] =
        &["MagneticStoreWriteProperties", "RetentionProperties", "Tags"];
    const REPLACED: &'static [&'static str] = &["DatabaseName", "Schema", "TableName"];

    async fn create(desk: &Desk, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let database = want.need("DatabaseName")?;
        let name = desk.name(want, "TableName", 64);
        let mut input =
            plain(want.some(&["MagneticStoreWriteProperties", "RetentionProperties", "Schema"]));
        (input["DatabaseName"], input["TableName"]) = (json!(database), json!(name));
        input["Tags"] = want.tags();
        desk.make(want, "timestream", "CreateTable", input).await?;
        let arn = desk.arn("timestream", &format!("database/{database}/table/{name}"));
        let id = format!("{database}|{name}");
        Ok(made(id.clone(), id, [("Arn", arn.into()), ("Name", name.into())]))
    }

    async fn update(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<Made, AwsError> {
        let (database, name) = halves(made, '|')?;
        let mut input = plain(want.some(&["MagneticStoreWriteProperties", "RetentionProperties"]));
        (input["DatabaseName"], input["TableName"]) = (json!(database), json!(name));
        desk.ask("timestream", "UpdateTable", input).await?;
        let arn = attribute(made, "Arn")?;
        tags::retag(desk, tags::TIMESTREAM, json!({ "ResourceARN": arn }), made, want).await?;
        Ok(made.clone())
    }

    async fn delete(desk: &Desk, made: &Made) -> Result<(), AwsError> {
        let (database, name) = halves(made, '|')?;
        let input = json!({ "DatabaseName": database, "TableName": name });
        desk.take("timestream", "DeleteTable", input).await
    }
}
