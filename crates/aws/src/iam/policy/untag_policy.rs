//! UntagPolicy

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::tag_keys;
use crate::operation::Operation;
use crate::query::list;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UntagPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    #[serde(default, deserialize_with = "list")]
    tag_keys: Vec<String>,
}

impl Operation for UntagPolicy {
    const NAME: &'static str = "UntagPolicy";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        tag_keys(&input.tag_keys)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.untag_policy(&input.policy_arn, &input.tag_keys).await?;
        Ok(Nothing {})
    }
}
