//! ListAttachedPolicies

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::iot::policy::shape::Named;
use crate::operation::Operation;
use crate::state::State;
use fleet::Fleet;

#[derive(Debug)]
pub(crate) struct ListAttachedPolicies;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    target: String,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
    #[serde(default, deserialize_with = "from_text")]
    recursive: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    policies: Vec<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListAttachedPolicies {
    const NAME: &'static str = "ListAttachedPolicies";
    const METHOD_AND_PATH: &'static str = "POST /attached-policies/{target}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("marker", "marker"), ("pageSize", "pageSize"), ("recursive", "recursive")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.target.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let target = Fleet::target(&input.target)?;
        let limit = page_limit(input.page_size)?;
        let marker = input.marker.as_deref();
        let registry = state.fleet.registry();
        let page = match input.recursive.unwrap_or(false) {
            true => registry.inherited_policies(&target, marker, limit)?,
            false => registry.policies_of(&target, marker, limit)?,
        };
        let policies = page.items.into_iter().map(|name| Named::of(&state, name)).collect();
        Ok(Output { policies, next_marker: page.next })
    }
}
