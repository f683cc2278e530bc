//! ListTagsForResource

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::tag::shape::{TagList, list_of, taggable};
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTagsForResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    tags: TagList,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";
    const METHOD_AND_PATH: &'static str = "GET /tags";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("resourceArn", "resourceArn"), ("nextToken", "nextToken")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if input.next_token.is_some() {
            return Err(AwsError::invalid_request(
                "nextToken is unknown: all tags are on one page",
            ));
        }
        let what = taggable(&input.resource_arn)?;
        Ok(Output { tags: list_of(state.fleet.registry().tags_of(&what)?) })
    }
}
