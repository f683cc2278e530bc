//! DeletePolicyVersion

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::policy::shape::version_number;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct DeletePolicyVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    policy_version_id: String,
}

impl Operation for DeletePolicyVersion {
    const NAME: &'static str = "DeletePolicyVersion";
    const METHOD_AND_PATH: &'static str = "DELETE /policies/{policyName}/version/{policyVersionId}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let number = version_number(&input.policy_version_id)?;
        state.fleet.registry().delete_policy_version(&input.policy_name, number).await?;
        Ok(Nothing {})
    }
}
