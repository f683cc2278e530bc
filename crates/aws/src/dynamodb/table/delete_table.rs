//! DeleteTable

use std::sync::Arc;

use serde::Deserialize;

use super::create_table::Output;
use super::description::TableDescription;
use crate::caller::Caller;
use crate::dynamodb::input::TableRef;
use crate::dynamodb::words::table_not_found;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
}

impl Operation for DeleteTable {
    const NAME: &'static str = "DeleteTable";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.table_name.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.table_name.as_str();
        let table = state.tables.table(name)?.ok_or_else(|| table_not_found(name))?;
        let size = state.tables.table_size(&table)?;
        let deleted = state.tables.delete_table(&input.table_name.0).await?;
        let table_description = TableDescription::of(&state, &deleted, "DELETING", &size);
        Ok(Output { table_description })
    }
}
