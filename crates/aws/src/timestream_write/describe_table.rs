//! DescribeTable

use std::sync::Arc;

use super::shape::{TableOutput, TableShown};
use super::words::{of_table, standing};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use serde::Deserialize;

#[derive(Debug)]
pub(crate) struct DescribeTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
    table_name: String,
}

impl Operation for DescribeTable {
    const NAME: &'static str = "DescribeTable";

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
        let found = standing(&state, &input.database_name, &input.table_name)?;
        Ok(TableOutput { table: TableShown::of(found.table(), state.fleet.registry().home()) })
    }
}
