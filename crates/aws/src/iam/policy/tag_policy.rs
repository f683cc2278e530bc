//! TagPolicy

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::request_tags;
use crate::iam::shape::{Tag, pairs};
use crate::operation::Operation;
use crate::query::list;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TagPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    #[serde(default, deserialize_with = "list")]
    tags: Vec<Tag>,
}

impl Operation for TagPolicy {
    const NAME: &'static str = "TagPolicy";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        request_tags(&input.tags)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.tag_policy(&input.policy_arn, &pairs(input.tags)).await?;
        Ok(Nothing {})
    }
}
