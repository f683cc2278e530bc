//! UntagResource

use std::sync::Arc;

use super::words::{Named, database, named, path_of_arn, table};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use serde::Deserialize;

#[derive(Debug)]
pub(crate) struct UntagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        path_of_arn(&input.resource_arn)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let keys = input.tag_keys;
        match named(&input.resource_arn)? {
            Named::Database(name) => state.series.untag_database(&database(name)?, keys).await?,
            Named::Table(name, of) => {
                state.series.untag_table(&database(name)?, &table(of)?, keys).await?;
            }
        }
        Ok(Nothing {})
    }
}
