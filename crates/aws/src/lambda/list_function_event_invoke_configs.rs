//! ListFunctionEventInvokeConfigs

use std::sync::Arc;

use blueprints::{InvokeConfig, Qualifier};
use serde::Deserialize;
use serde::Serialize;

use super::invoke_config_shape::InvokeConfigOut;
use super::words::{FunctionRef, page_items};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListFunctionEventInvokeConfigs;

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
    function_event_invoke_configs: Vec<InvokeConfigOut>,
}

impl Operation for ListFunctionEventInvokeConfigs {
    const NAME: &'static str = "ListFunctionEventInvokeConfigs";
    const METHOD_AND_PATH: &'static str =
        "GET /2019-09-25/functions/{FunctionName}/event-invoke-config/list";
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
        let is_behind = |text: &str| input.marker.as_deref().is_none_or(|marker| text > marker);
        let all = function.invoke_configs.into_iter().filter(|(text, _)| is_behind(text));
        let mut all: Vec<(String, InvokeConfig)> = all.take(limit + 1).collect();
        let has_more = all.len() > limit;
        all.truncate(limit);
        let next_marker = all.last().map(|(text, _)| text.clone()).filter(|_| has_more);
        let mut function_event_invoke_configs = Vec::new();
        for (text, config) in all {
            let qualifier = Qualifier::parse(&text)?;
            let shown = InvokeConfigOut::of(&state, &name, &qualifier, config);
            function_event_invoke_configs.push(shown);
        }
        Ok(Output { next_marker, function_event_invoke_configs })
    }
}
