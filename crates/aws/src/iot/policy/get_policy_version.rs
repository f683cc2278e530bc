//! GetPolicyVersion

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::policy::shape::{find, version_number};
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct GetPolicyVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    policy_version_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    policy_arn: String,
    policy_name: PolicyName,
    policy_document: String,
    policy_version_id: String,
    is_default_version: bool,
    creation_date: f64,
    last_modified_date: f64,
    generation_id: String,
}

impl Operation for GetPolicyVersion {
    const NAME: &'static str = "GetPolicyVersion";
    const METHOD_AND_PATH: &'static str = "GET /policies/{policyName}/version/{policyVersionId}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let policy = find(&state, &input.policy_name)?;
        let number = version_number(&input.policy_version_id)?;
        let version = policy.version(number).ok_or_else(|| {
            AwsError::not_found(format!("the policy {} has no version {number}", policy.name))
        })?;
        Ok(Output {
            policy_arn: state.fleet.registry().policy_arn(&policy.name).to_string(),
            policy_document: version.document.clone(),
            policy_version_id: number.to_string(),
            is_default_version: number == policy.default_version,
            creation_date: seconds(version.created_at),
            last_modified_date: seconds(version.created_at),
            generation_id: number.to_string(),
            policy_name: policy.name.clone(),
        })
    }
}
