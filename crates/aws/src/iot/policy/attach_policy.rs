//! AttachPolicy

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct AttachPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    target: String,
}

impl Operation for AttachPolicy {
    const NAME: &'static str = "AttachPolicy";
    const METHOD_AND_PATH: &'static str = "PUT /target-policies/{policyName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.target.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.attach_policy(&input.policy_name, &input.target).await?;
        Ok(Nothing {})
    }
}
