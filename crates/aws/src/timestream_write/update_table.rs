//! UpdateTable

use std::sync::Arc;

use super::shape::{
    MagneticStoreWriteProperties, RetentionProperties, Schema, TableOutput, TableShown,
};
use super::words::{database, of_table, table};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use serde::Deserialize;
use series::TableUpdate;

#[derive(Debug)]
pub(crate) struct UpdateTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
    table_name: String,
    retention_properties: Option<RetentionProperties>,
    magnetic_store_write_properties: Option<MagneticStoreWriteProperties>,
    schema: Option<Schema>,
}

impl Operation for UpdateTable {
    const NAME: &'static str = "UpdateTable";

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
        let update = TableUpdate {
            retention: input.retention_properties.map(Into::into),
            magnetic_writes: input.magnetic_store_write_properties.map(Into::into),
            partition_key: input.schema.map(Schema::partition_key).transpose()?.flatten(),
        };
        let (database, table) = (database(&input.database_name)?, table(&input.table_name)?);
        let changed = state.series.update_table(&database, &table, update).await?;
        Ok(TableOutput { table: TableShown::of(&changed, state.fleet.registry().home()) })
    }
}
