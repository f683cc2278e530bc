//! DeleteDatabase

use std::sync::Arc;

use super::words::{database, of_database};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use serde::Deserialize;

#[derive(Debug)]
pub(crate) struct DeleteDatabase;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
}

impl Operation for DeleteDatabase {
    const NAME: &'static str = "DeleteDatabase";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        of_database(&input.database_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.series.delete_database(&database(&input.database_name)?).await?;
        Ok(Nothing {})
    }
}
