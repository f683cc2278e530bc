//! `dynamoDBv2`: each attribute that was selected becomes an attribute of an item.

use crate::action::{Action, Matched};
use crate::desk::Desk;
use crate::error::{Failure, UnfitAction};
use crate::field::{Field, Fields};
use crate::payload;

#[derive(Debug)]
pub(crate) struct DynamoDbV2 {
    role_arn: String,
    table: Field,
}

impl DynamoDbV2 {
    pub(crate) fn read(mut fields: Fields) -> Result<DynamoDbV2, UnfitAction> {
        let role_arn = fields.text("roleArn")?;
        let mut put = fields.object("putItem")?;
        let table = put.template("tableName")?;
        put.finish()?;
        fields.finish()?;
        Ok(DynamoDbV2 { role_arn, table })
    }
}

impl Action for DynamoDbV2 {
    fn kind(&self) -> &'static str {
        "DynamoDBv2Action"
    }

    fn role_arn(&self) -> Option<&str> {
        Some(&self.role_arn)
    }

    fn plan(&self, matched: &Matched<'_>, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let table = matched.fill(&self.table)?;
        let selected = matched.selected.value();
        let members = selected.members(matched.version).ok_or_else(|| {
            Failure::of(&table, format!("an object is needed, not {}", selected.kind()))
        })?;
        let item = payload::item(members, matched.version)
            .map_err(|unfit| Failure::of(&table, unfit.to_string()))?;
        desk.put(&self.role_arn, &table, item)
    }
}
