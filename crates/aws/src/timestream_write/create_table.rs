//! CreateTable

use std::sync::Arc;

use super::shape::{
    MagneticStoreWriteProperties, RetentionProperties, Schema, TableOutput, TableShown, Tag, tags,
};
use super::words::{database, of_table, validation};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use model::SeriesTableName;
use serde::Deserialize;
use series::NewTable;

#[derive(Debug)]
pub(crate) struct CreateTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
    table_name: String,
    retention_properties: Option<RetentionProperties>,
    #[serde(default)]
    tags: Vec<Tag>,
    magnetic_store_write_properties: Option<MagneticStoreWriteProperties>,
    schema: Option<Schema>,
}

impl Operation for CreateTable {
    const NAME: &'static str = "CreateTable";

    type Input = Input;
    type Output = TableOutput;

    fn resource(input: &Input) -> String {
        of_table(&input.database_name, &input.table_name)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<TableOutput, AwsError> {
        let name = SeriesTableName::checked(&input.table_name)
            .map_err(|error| validation(format!("TableName: {error}")))?;
        let key = input.schema.map(Schema::partition_key).transpose()?.flatten();
        let new = NewTable {
            retention: input.retention_properties.map(Into::into).unwrap_or_default(),
            magnetic_writes: input
                .magnetic_store_write_properties
                .map(Into::into)
                .unwrap_or_default(),
            partition_key: key,
            tags: tags(input.tags),
        };
        let made = state.series.create_table(&database(&input.database_name)?, &name, new).await?;
        Ok(TableOutput { table: TableShown::of(&made, state.fleet.registry().home()) })
    }
}
