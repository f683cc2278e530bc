//! ListEventSourceMappings

use std::sync::Arc;

use blueprints::Mapping;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use super::mapping_shape::shown;
use super::words::{FunctionRef, page_items};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListEventSourceMappings;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    event_source_arn: Option<String>,
    function_name: Option<FunctionRef>,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_items: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    event_source_mappings: Vec<Value>,
}

impl Operation for ListEventSourceMappings {
    const NAME: &'static str = "ListEventSourceMappings";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/event-source-mappings";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("EventSourceArn", "EventSourceArn"),
        ("FunctionName", "FunctionName"),
        ("Marker", "Marker"),
        ("MaxItems", "MaxItems"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let wanted = input.function_name.map(|it| it.with(None)).transpose()?;
        let is_wanted = |mapping: &Mapping| {
            input.event_source_arn.as_ref().is_none_or(|arn| *arn == mapping.source_arn)
                && wanted.as_ref().is_none_or(|(name, qualifier)| {
                    *name == mapping.function
                        && (qualifier.is_none() || *qualifier == mapping.qualifier())
                })
        };
        let (marker, limit) = (input.marker.as_deref(), page_items(input.max_items)?);
        let page = state.functions.blueprints().mapping_page(marker, limit, is_wanted)?;
        let event_source_mappings: Vec<Value> =
            page.items.iter().map(|mapping| shown(&state, mapping, None)).collect();
        Ok(Output { next_marker: page.next, event_source_mappings })
    }
}
