//! ListPrincipalPolicies

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{MARKERS, page_limit};
use crate::iot::policy::shape::Named;
use crate::operation::Operation;
use crate::state::State;
use fleet::Fleet;
use registry::Target;

#[derive(Debug)]
pub(crate) struct ListPrincipalPolicies;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    principal: String,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    policies: Vec<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListPrincipalPolicies {
    const NAME: &'static str = "ListPrincipalPolicies";
    const METHOD_AND_PATH: &'static str = "GET /principal-policies";
    const QUERY: &'static [(&'static str, &'static str)] = MARKERS;
    const HEADERS: &'static [(&'static str, &'static str)] =
        &[("x-amzn-iot-principal", "principal")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.principal.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.page_size)?;
        let target = Target::Certificate(Fleet::principal(&input.principal)?);
        let page = state.fleet.registry().policies_of(&target, input.marker.as_deref(), limit)?;
        let policies = page.items.into_iter().map(|name| Named::of(&state, name)).collect();
        Ok(Output { policies, next_marker: page.next })
    }
}
