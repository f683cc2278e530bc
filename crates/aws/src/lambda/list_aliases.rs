//! ListAliases

use std::sync::Arc;

use blueprints::Alias;
use serde::Deserialize;
use serde::Serialize;

use super::alias_shape::AliasOut;
use super::words::{FunctionRef, page_items};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListAliases;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
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
    aliases: Vec<AliasOut>,
}

impl Operation for ListAliases {
    const NAME: &'static str = "ListAliases";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/functions/{FunctionName}/aliases";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("FunctionVersion", "FunctionVersion"), ("Marker", "Marker"), ("MaxItems", "MaxItems")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let (function, limit) =
            (state.functions.blueprints().function(&name)?, page_items(input.max_items)?);
        let is_wanted = |alias: &Alias| {
            input.function_version.as_ref().is_none_or(|wanted| alias.version_text() == *wanted)
        };
        let is_behind = |alias: &str| input.marker.as_deref().is_none_or(|marker| alias > marker);
        let wanted =
            function.aliases.iter().filter(|(alias, it)| is_behind(alias) && is_wanted(it));
        let mut wanted: Vec<(&String, &Alias)> = wanted.take(limit + 1).collect();
        let has_more = wanted.len() > limit;
        wanted.truncate(limit);
        let next_marker = wanted.last().map(|(alias, _)| (*alias).clone()).filter(|_| has_more);
        let aliases = wanted.iter().map(|(alias, it)| AliasOut::of(&state, &name, alias, it));
        Ok(Output { next_marker, aliases: aliases.collect() })
    }
}
