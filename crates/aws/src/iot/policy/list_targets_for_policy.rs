//! ListTargetsForPolicy

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{MARKERS, page_limit};
use crate::iot::policy::shape::find;
use crate::operation::Operation;
use crate::state::State;
use model::PolicyName;
use registry::Target;

#[derive(Debug)]
pub(crate) struct ListTargetsForPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_name: PolicyName,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    targets: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListTargetsForPolicy {
    const NAME: &'static str = "ListTargetsForPolicy";
    const METHOD_AND_PATH: &'static str = "POST /policy-targets/{policyName}";
    const QUERY: &'static [(&'static str, &'static str)] = MARKERS;

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("policy/{}", input.policy_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        find(&state, &input.policy_name)?;
        let limit = page_limit(input.page_size)?;
        let registry = state.fleet.registry();
        let page = registry.targets_of(&input.policy_name, input.marker.as_deref(), limit)?;
        let arn = |target: &Target| state.fleet.target_arn(target).to_string();
        Ok(Output { targets: page.items.iter().map(arn).collect(), next_marker: page.next })
    }
}
