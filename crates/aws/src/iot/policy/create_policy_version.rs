//! CreatePolicyVersion

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct CreatePolicyVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    policy_document: String,
    #[serde(default, deserialize_with = "from_text")]
    set_as_default: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    policy_arn: String,
    policy_document: String,
    policy_version_id: String,
    is_default_version: bool,
}

impl Operation for CreatePolicyVersion {
    const NAME: &'static str = "CreatePolicyVersion";
    const METHOD_AND_PATH: &'static str = "POST /policies/{policyName}/version";
    const QUERY: &'static [(&'static str, &'static str)] = &[("setAsDefault", "setAsDefault")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, document) = (input.policy_name, input.policy_document);
        let is_default_version = input.set_as_default.unwrap_or(false);
        let registry = state.fleet.registry();
        let version = registry
            .create_policy_version(&name, &document, is_default_version, state.clock.now())
            .await?;
        Ok(Output {
            policy_arn: registry.policy_arn(&name).to_string(),
            policy_document: document,
            policy_version_id: version.number.to_string(),
            is_default_version,
        })
    }
}
