//! ListAuthorizers

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::authorizer::shape::{Status, Summary};
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListAuthorizers;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
    status: Option<Status>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    authorizers: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListAuthorizers {
    const NAME: &'static str = "ListAuthorizers";
    const METHOD_AND_PATH: &'static str = "GET /authorizers/";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("marker", "marker"), ("pageSize", "pageSize"), ("status", "status")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.page_size)?;
        let is_active = input.status.map(|status| status == Status::Active);
        let registry = state.fleet.registry();
        let page = registry.authorizers(is_active, input.marker.as_deref(), limit)?;
        let summary = |name| Summary::of(&state, name);
        let authorizers = page.items.into_iter().map(summary).collect();
        Ok(Output { authorizers, next_marker: page.next })
    }
}
