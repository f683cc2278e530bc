//! DescribeTable

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::description::TableDescription;
use crate::caller::Caller;
use crate::dynamodb::input::TableRef;
use crate::dynamodb::words::table_not_found;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    table: TableDescription,
}

impl Operation for DescribeTable {
    const NAME: &'static str = "DescribeTable";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.table_name.resource()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.table_name.as_str();
        let table = state.tables.table(name)?.ok_or_else(|| table_not_found(name))?;
        let size = state.tables.table_size(&table)?;
        Ok(Output { table: TableDescription::of(&state, table.definition(), "ACTIVE", &size) })
    }
}
