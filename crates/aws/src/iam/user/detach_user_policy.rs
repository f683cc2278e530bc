//! DetachUserPolicy

use std::sync::Arc;

use model::UserName;
use serde::Deserialize;

use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::iam::keys::policy_arn_key;
use crate::iam::resource;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DetachUserPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    policy_arn: String,
}

impl Operation for DetachUserPolicy {
    const NAME: &'static str = "DetachUserPolicy";

    type Input = Input;
    type Output = Nothing;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    fn condition_keys(input: &Input) -> ConditionKeys {
        policy_arn_key(&input.policy_arn)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.iam.detach_policy(&input.user_name.into(), &input.policy_arn).await?;
        Ok(Nothing {})
    }
}
