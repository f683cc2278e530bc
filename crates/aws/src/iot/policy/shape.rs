//! What the operations on policies share.

use model::PolicyName;
use registry::Policy;
use serde::Serialize;

use crate::error::AwsError;
use crate::state::State;

/// A policy as lists show it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    policy_name: PolicyName,
    policy_arn: String,
}

impl Named {
    pub(crate) fn of(state: &State, policy_name: PolicyName) -> Named {
        let policy_arn = state.fleet.registry().policy_arn(&policy_name).to_string();
        Named { policy_name, policy_arn }
    }
}

pub(crate) fn find(state: &State, name: &PolicyName) -> Result<Policy, AwsError> {
    let found = state.fleet.registry().policy(name)?;
    found.ok_or_else(|| AwsError::not_found(format!("Policy not found {name}")))
}

/// AWS's version identifiers are numbers, written as text.
pub(crate) fn version_number(id: &str) -> Result<u32, AwsError> {
    id.parse()
        .map_err(|_| AwsError::invalid_request(format!("policyVersionId {id:?} is not a number")))
}
