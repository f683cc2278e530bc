//! TagResource

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::words::{group_of_arn, nothing, of_arn};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Payload;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    tags: BTreeMap<String, String>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";

    type Input = Input;
    type Output = Payload;

    fn resource(input: &Input) -> String {
        of_arn(&input.resource_arn)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Payload, AwsError> {
        state.logs.tag_group(&group_of_arn(&input.resource_arn)?, input.tags).await?;
        Ok(nothing())
    }
}
