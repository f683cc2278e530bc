//! DescribeParameters

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::filter::{Filter, Filters, OldFilter};
use super::words::{Described, limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeParameters;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    filters: Vec<OldFilter>,
    #[serde(default)]
    parameter_filters: Vec<Filter>,
    max_results: Option<usize>,
    next_token: Option<String>,
    /// Parameters of other accounts, of which there are none.
    #[serde(default)]
    shared: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    parameters: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// AWS's limit.
const PAGE_MAX: usize = 50;

impl Operation for DescribeParameters {
    const NAME: &'static str = "DescribeParameters";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let filters = Filters::of_list(input.filters, input.parameter_filters)?;
        let (limit, after) = (limit(input.max_results, PAGE_MAX)?, input.next_token.as_deref());
        let page = state.parameters.list("", after, limit, false, |_, parameter, tags| {
            !input.shared && filters.hold_of(parameter, tags)
        })?;
        let show = |parameter| Described::of(&state, parameter);
        let parameters = page.items.into_iter().map(show).collect();
        Ok(Output { parameters, next_token: page.next })
    }
}
