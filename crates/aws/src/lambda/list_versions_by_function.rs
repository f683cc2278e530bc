//! ListVersionsByFunction

use std::sync::Arc;

use blueprints::Qualifier;
use serde::Deserialize;
use serde::Serialize;

use super::shape::Configuration;
use super::words::{FunctionRef, page_items};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListVersionsByFunction;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_items: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    versions: Vec<Configuration>,
}

impl Operation for ListVersionsByFunction {
    const NAME: &'static str = "ListVersionsByFunction";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/functions/{FunctionName}/versions";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("Marker", "Marker"), ("MaxItems", "MaxItems")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        let (function, limit) = (blueprints.function(&name)?, page_items(input.max_items)?);
        let page = blueprints.versions(&name, input.marker.as_deref(), limit)?;
        let mut versions = Vec::new();
        if input.marker.is_none() {
            let latest = Some(Qualifier::Latest);
            versions.push(Configuration::of(&state, &function, &function.latest, latest.as_ref())?);
        }
        for version in &page.items {
            versions.push(Configuration::of_published(&state, &function, version)?);
        }
        Ok(Output { next_marker: page.next, versions })
    }
}
