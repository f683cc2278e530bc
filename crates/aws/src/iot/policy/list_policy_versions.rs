//! ListPolicyVersions

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::policy::shape::find;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::PolicyName;
use registry::PolicyVersion;

#[derive(Debug)]
pub(crate) struct ListPolicyVersions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    policy_versions: Vec<Listed>,
}

impl Operation for ListPolicyVersions {
    const NAME: &'static str = "ListPolicyVersions";
    const METHOD_AND_PATH: &'static str = "GET /policies/{policyName}/version";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let policy = find(&state, &input.policy_name)?;
        let listed = |version: &PolicyVersion| Listed {
            version_id: version.number.to_string(),
            is_default_version: version.number == policy.default_version,
            create_date: seconds(version.created_at),
        };
        Ok(Output { policy_versions: policy.versions.iter().rev().map(listed).collect() })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    version_id: String,
    is_default_version: bool,
    create_date: f64,
}
