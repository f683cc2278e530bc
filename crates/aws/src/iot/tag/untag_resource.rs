//! UntagResource

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::tag::shape::taggable;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UntagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const METHOD_AND_PATH: &'static str = "POST /untag";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let what = taggable(&input.resource_arn)?;
        state.fleet.registry().untag_resource(&what, &input.tag_keys).await?;
        Ok(Nothing {})
    }
}
