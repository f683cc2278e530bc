//! UpdateDatabase

use std::sync::Arc;

use super::shape::{DatabaseOutput, DatabaseShown};
use super::words::{database, of_database};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use serde::Deserialize;

#[derive(Debug)]
pub(crate) struct UpdateDatabase;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
    kms_key_id: String,
}

impl Operation for UpdateDatabase {
    const NAME: &'static str = "UpdateDatabase";

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
        let changed = state.series.update_database(&name, input.kms_key_id).await?;
        Ok(DatabaseOutput { database: DatabaseShown::of(changed, state.fleet.registry().home()) })
    }
}
