//! GetAccountSummary

use std::sync::Arc;

use iam::Summary;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetAccountSummary;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    summary_map: Entries,
}

/// A map, as the query protocol writes one.
#[derive(Debug, Serialize)]
struct Entries {
    entry: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    key: &'static str,
    value: usize,
}

impl Operation for GetAccountSummary {
    const NAME: &'static str = "GetAccountSummary";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let Summary { users, groups, roles, policies, instance_profiles } = state.iam.summary()?;
        let entry = |key, value| Entry { key, value };
        let entry = vec![
            entry("Users", users),
            entry("Groups", groups),
            entry("Roles", roles),
            entry("Policies", policies),
            entry("InstanceProfiles", instance_profiles),
            entry("AccessKeysPerUserQuota", iam::ACCESS_KEYS_MAX),
            entry("VersionsPerPolicyQuota", iam::VERSIONS_MAX),
            entry("AccountMFAEnabled", 0),
        ];
        Ok(Output { summary_map: Entries { entry } })
    }
}
