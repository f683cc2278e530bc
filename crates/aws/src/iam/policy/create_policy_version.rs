//! CreatePolicyVersion

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::shape::Version;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreatePolicyVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    policy_document: String,
    #[serde(default, deserialize_with = "from_text")]
    set_as_default: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_version: Version,
}

impl Operation for CreatePolicyVersion {
    const NAME: &'static str = "CreatePolicyVersion";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let is_default = input.set_as_default.unwrap_or(false);
        let (arn, document, now) = (&input.policy_arn, &input.policy_document, state.clock.now());
        let version = state.iam.create_policy_version(arn, document, is_default, now).await?;
        let default_version = if is_default { version.number } else { 0 };
        Ok(Output { policy_version: Version::of(&version, default_version) })
    }
}
