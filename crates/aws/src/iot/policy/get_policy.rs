//! GetPolicy

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::policy::shape::find;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct GetPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    policy_name: PolicyName,
    policy_arn: String,
    policy_document: String,
    default_version_id: String,
    creation_date: f64,
    last_modified_date: f64,
    generation_id: String,
}

impl Operation for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    const METHOD_AND_PATH: &'static str = "GET /policies/{policyName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let policy = find(&state, &input.policy_name)?;
        let version = policy.default();
        let created_at =
            policy.versions.first().map_or(version.created_at, |first| first.created_at);
        Ok(Output {
            policy_arn: state.fleet.registry().policy_arn(&policy.name).to_string(),
            policy_document: version.document.clone(),
            default_version_id: policy.default_version.to_string(),
            creation_date: seconds(created_at),
            last_modified_date: seconds(version.created_at),
            generation_id: policy.default_version.to_string(),
            policy_name: policy.name,
        })
    }
}
