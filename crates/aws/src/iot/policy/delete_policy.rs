//! DeletePolicy

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct DeletePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
}

impl Operation for DeletePolicy {
    const NAME: &'static str = "DeletePolicy";
    const METHOD_AND_PATH: &'static str = "DELETE /policies/{policyName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.registry().delete_policy(&input.policy_name).await?;
        Ok(Nothing {})
    }
}
