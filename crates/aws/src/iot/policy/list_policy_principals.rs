//! ListPolicyPrincipals

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
pub(crate) struct ListPolicyPrincipals;

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
    principals: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListPolicyPrincipals {
    const NAME: &'static str = "ListPolicyPrincipals";
    const METHOD_AND_PATH: &'static str = "GET /policy-principals";
    const QUERY: &'static [(&'static str, &'static str)] = MARKERS;
    const HEADERS: &'static [(&'static str, &'static str)] = &[("x-amzn-iot-policy", "policyName")];

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
        let principals =
            page.items.iter().filter(|target| matches!(target, Target::Certificate(_)));
        let principals = principals.map(|target| state.fleet.target_arn(target).to_string());
        Ok(Output { principals: principals.collect(), next_marker: page.next })
    }
}
