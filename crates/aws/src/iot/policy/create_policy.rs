//! CreatePolicy

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::state::State;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct CreatePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    policy_document: String,
    tags: Option<TagList>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    policy_name: PolicyName,
    policy_arn: String,
    policy_document: String,
    policy_version_id: String,
}

impl Operation for CreatePolicy {
    const NAME: &'static str = "CreatePolicy";
    const METHOD_AND_PATH: &'static str = "POST /policies/{policyName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let tags = tags_of(input.tags)?;
        let (name, document) = (input.policy_name, input.policy_document);
        let policy = state
            .fleet
            .registry()
            .create_policy(&name, &document, &tags, state.clock.now())
            .await?;
        Ok(Output {
            policy_arn: state.fleet.registry().policy_arn(&name).to_string(),
            policy_name: name,
            policy_document: document,
            policy_version_id: policy.default_version.to_string(),
        })
    }
}
