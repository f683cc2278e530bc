//! TagResource

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::tag::shape::taggable;
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    tags: TagList,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const METHOD_AND_PATH: &'static str = "POST /tags";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let what = taggable(&input.resource_arn)?;
        state.fleet.registry().tag_resource(&what, &tags_of(Some(input.tags))?).await?;
        Ok(Nothing {})
    }
}
