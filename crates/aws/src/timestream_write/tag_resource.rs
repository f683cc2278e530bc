//! TagResource

use std::sync::Arc;

use super::shape::{Tag, tags};
use super::words::{Named, database, named, path_of_arn, table};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use serde::Deserialize;

#[derive(Debug)]
pub(crate) struct TagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tags: Vec<Tag>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        path_of_arn(&input.resource_arn)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let tags = tags(input.tags);
        match named(&input.resource_arn)? {
            Named::Database(name) => state.series.tag_database(&database(name)?, tags).await?,
            Named::Table(name, of) => {
                state.series.tag_table(&database(name)?, &table(of)?, tags).await?;
            }
        }
        Ok(Nothing {})
    }
}
