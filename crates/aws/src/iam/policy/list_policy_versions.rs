//! ListPolicyVersions

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::{MaxItems, part};
use crate::iam::shape::Version;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListPolicyVersions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    versions: Vec<Version>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListPolicyVersions {
    const NAME: &'static str = "ListPolicyVersions";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let policy = state.iam.policy(&input.policy_arn)?;
        // Of the newest, which comes first, the name is the greatest: so the order is turned round.
        let name = |version: &iam::PolicyVersion| format!("{:010}", u32::MAX - version.number);
        let newest_first = policy.versions.into_iter().rev().collect();
        let (page, marker) = part(newest_first, input.marker.as_deref(), limit, name);
        let versions = page.iter().map(|version| Version::of(version, policy.default_version));
        Ok(Output { versions: versions.collect(), is_truncated: marker.is_some(), marker })
    }
}
