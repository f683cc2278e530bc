//! GetPolicy

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::shape::Policy;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy: Policy,
}

impl Operation for GetPolicy {
    const NAME: &'static str = "GetPolicy";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let policy = state.iam.policy(&input.policy_arn)?;
        Ok(Output { policy: Policy::of(&state.iam, policy)? })
    }
}
