//! GetParametersByPath

use std::sync::Arc;

use parameters::{Depth, Selector};
use serde::{Deserialize, Serialize};

use super::filter::{Filter, Filters};
use super::words::{Shown, invalid, limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetParametersByPath;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    path: String,
    #[serde(default)]
    recursive: bool,
    #[serde(default)]
    parameter_filters: Vec<Filter>,
    #[serde(default)]
    with_decryption: bool,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    parameters: Vec<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// AWS's limit.
const PAGE_MAX: usize = 10;

impl Operation for GetParametersByPath {
    const NAME: &'static str = "GetParametersByPath";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        let path = input.path.trim_matches('/');
        format!("parameter/{path}")
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if !input.path.starts_with('/') {
            return Err(invalid(
                "The parameter doesn't meet the parameter name requirements. The \
                                parameter name must begin with a forward slash \"/\".",
            ));
        }
        let filters = Filters::of_path(input.parameter_filters)?;
        let depth = if input.recursive { Depth::All } else { Depth::OneLevel };
        let (limit, after) = (limit(input.max_results, PAGE_MAX)?, input.next_token.as_deref());
        let is_open = input.with_decryption;
        let page =
            state.parameters.below(&input.path, depth, after, limit, is_open, |parameter| {
                filters.hold_of(parameter, &Default::default())
            })?;
        let show = |parameter| Shown::of(&state, parameter, &Selector::Newest);
        let parameters = page.items.into_iter().map(show).collect();
        Ok(Output { parameters, next_token: page.next })
    }
}
