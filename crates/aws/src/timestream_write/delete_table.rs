//! DeleteTable

use std::sync::Arc;

use super::words::{database, of_table, table};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use serde::Deserialize;

#[derive(Debug)]
pub(crate) struct DeleteTable;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
    table_name: String,
}

impl Operation for DeleteTable {
    const NAME: &'static str = "DeleteTable";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        of_table(&input.database_name, &input.table_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (database, table) = (database(&input.database_name)?, table(&input.table_name)?);
        state.series.delete_table(&database, &table).await?;
        Ok(Nothing {})
    }
}
