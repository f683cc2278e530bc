//! CreateDatabase

use std::sync::Arc;

use super::shape::{DatabaseOutput, DatabaseShown, Tag, tags};
use super::words::{of_database, validation};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use model::DatabaseName;
use serde::Deserialize;

#[derive(Debug)]
pub(crate) struct CreateDatabase;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    database_name: String,
    kms_key_id: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

impl Operation for CreateDatabase {
    const NAME: &'static str = "CreateDatabase";

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
        let name = DatabaseName::checked(&input.database_name)
            .map_err(|error| validation(format!("DatabaseName: {error}")))?;
        let made = state.series.create_database(&name, input.kms_key_id, tags(input.tags)).await?;
        Ok(DatabaseOutput { database: DatabaseShown::of(made, state.fleet.registry().home()) })
    }
}
