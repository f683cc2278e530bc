//! ListTopicRuleDestinations

use std::sync::Arc;

use registry::PAGE_ITEMS_MAX;
use serde::{Deserialize, Serialize};

use super::shape::ShownDestination;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::TOKENS;
use crate::operation::Operation;
use crate::state::State;

/// AWS's limit of what may be asked for; a page may hold less.
const ASKED_MAX: usize = 1_000;

#[derive(Debug)]
pub(crate) struct ListTopicRuleDestinations;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    destination_summaries: Vec<ShownDestination>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListTopicRuleDestinations {
    const NAME: &'static str = "ListTopicRuleDestinations";
    const METHOD_AND_PATH: &'static str = "GET /destinations";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let asked = input.max_results.unwrap_or(PAGE_ITEMS_MAX);
        if !(1..=ASKED_MAX).contains(&asked) {
            let what = format!("maxResults: a page has 1 to {ASKED_MAX} items, not {asked}");
            return Err(AwsError::invalid_request(what));
        }
        let registry = state.fleet.registry();
        let page = registry.destinations(input.next_token.as_deref(), asked)?;
        let shown = page.items.into_iter().map(|it| ShownDestination::listed(registry, it));
        Ok(Output { destination_summaries: shown.collect(), next_token: page.next })
    }
}
