//! AttachPrincipalPolicy

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use fleet::Fleet;
use model::PolicyName;
use registry::Target;

#[derive(Debug)]
pub(crate) struct AttachPrincipalPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    principal: String,
}

impl Operation for AttachPrincipalPolicy {
    const NAME: &'static str = "AttachPrincipalPolicy";
    const METHOD_AND_PATH: &'static str = "PUT /principal-policies/{policyName}";
    const HEADERS: &'static [(&'static str, &'static str)] =
        &[("x-amzn-iot-principal", "principal")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.principal.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let target = Target::Certificate(Fleet::principal(&input.principal)?);
        state.fleet.registry().attach_policy(&input.policy_name, &target).await?;
        Ok(Nothing {})
    }
}
