//! SetDefaultPolicyVersion

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::shape::version_number;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct SetDefaultPolicyVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    version_id: String,
}

impl Operation for SetDefaultPolicyVersion {
    const NAME: &'static str = "SetDefaultPolicyVersion";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let number = version_number(&input.version_id)?;
        let (arn, now) = (&input.policy_arn, state.clock.now());
        state.iam.set_default_policy_version(arn, number, now).await?;
        Ok(Nothing {})
    }
}
