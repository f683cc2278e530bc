//! ListTagsForResource

use std::sync::Arc;

use super::shape::Tag;
use super::words::{Named, database, named, path_of_arn, standing, validation};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use serde::{Deserialize, Serialize};
use series::SeriesError;

#[derive(Debug)]
pub(crate) struct ListTagsForResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    /// All are on one page, so nobody was given a token.
    next_token: Option<String>,
    #[allow(dead_code, reason = "all are on one page")]
    max_results: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    tags: Vec<Tag>,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        path_of_arn(&input.resource_arn)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if input.next_token.is_some() {
            return Err(validation("NextToken: invalid pagination token"));
        }
        let tags = match named(&input.resource_arn)? {
            Named::Database(name) => {
                let no_database = || SeriesError::NoDatabase { name: name.to_owned() };
                state.series.database(&database(name)?)?.ok_or_else(no_database)?.tags
            }
            Named::Table(name, of) => standing(&state, name, of)?.table().tags.clone(),
        };
        let tags = tags.into_iter().map(|(key, value)| Tag { key, value });
        Ok(Output { tags: tags.collect() })
    }
}
