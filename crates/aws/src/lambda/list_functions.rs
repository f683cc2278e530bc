//! ListFunctions

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::shape::Configuration;
use super::words::page_items;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListFunctions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_version: Option<String>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_items: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    functions: Vec<Configuration>,
}

impl Operation for ListFunctions {
    const NAME: &'static str = "ListFunctions";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/functions";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("FunctionVersion", "FunctionVersion"), ("Marker", "Marker"), ("MaxItems", "MaxItems")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (blueprints, limit) = (state.functions.blueprints(), page_items(input.max_items)?);
        let page = blueprints.functions(input.marker.as_deref(), limit)?;
        let mut functions = Vec::new();
        for function in &page.items {
            functions.push(Configuration::of_published(&state, function, &function.latest)?);
            if input.function_version.as_deref() != Some("ALL") {
                continue;
            }
            for version in blueprints.versions(&function.name, None, PAGE_ITEMS_MAX)?.items {
                functions.push(Configuration::of_published(&state, function, &version)?);
            }
        }
        Ok(Output { next_marker: page.next, functions })
    }
}

/// So many versions of one function are listed.
const PAGE_ITEMS_MAX: usize = 250;
