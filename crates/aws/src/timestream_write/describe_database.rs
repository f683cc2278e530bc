//! DescribeDatabase

use std::sync::Arc;

use super::shape::{DatabaseOutput, DatabaseShown};
use super::words::{database, of_database};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use serde::Deserialize;
use series::SeriesError;

#[derive(Debug)]
pub(crate) struct DescribeDatabase;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
}

impl Operation for DescribeDatabase {
    const NAME: &'static str = "DescribeDatabase";

    type Input = Input;
    type Output = DatabaseOutput;

    fn resource(input: &Input) -> String {
        of_database(&input.database_name)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<DatabaseOutput, AwsError> {
        let name = database(&input.database_name)?;
        let no_database = || SeriesError::NoDatabase { name: input.database_name.clone() };
        let found = state.series.database(&name)?.ok_or_else(no_database)?;
        Ok(DatabaseOutput { database: DatabaseShown::of(found, state.fleet.registry().home()) })
    }
}
