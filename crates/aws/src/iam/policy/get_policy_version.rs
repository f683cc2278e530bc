//! GetPolicyVersion

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::shape::{Version, version_number};
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetPolicyVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    version_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_version: Version,
}

impl Operation for GetPolicyVersion {
    const NAME: &'static str = "GetPolicyVersion";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let policy = state.iam.policy(&input.policy_arn)?;
        let version = policy.version(version_number(&input.version_id)?).ok_or_else(|| {
            let (arn, version) = (input.policy_arn.clone(), input.version_id.clone());
            iam::IamError::VersionNotFound { arn, version }
        })?;
        let policy_version = Version::with_document(version, policy.default_version);
        Ok(Output { policy_version })
    }
}
