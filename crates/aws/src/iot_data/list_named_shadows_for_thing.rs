//! ListNamedShadowsForThing

use std::sync::Arc;

use model::{ShadowName, ThingName};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

/// What a page holds unless asked for, and at most.
const PAGE_ITEMS: usize = 25;
const PAGE_ITEMS_MAX: usize = 100;

#[derive(Debug)]
pub(crate) struct ListNamedShadowsForThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    results: Vec<ShadowName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    timestamp: u64,
}

impl Operation for ListNamedShadowsForThing {
    const NAME: &'static str = "ListNamedShadowsForThing";
    const METHOD_AND_PATH: &'static str =
        "GET /api/things/shadow/ListNamedShadowsForThing/{thingName}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("nextToken", "nextToken"), ("pageSize", "pageSize")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.page_size.unwrap_or(PAGE_ITEMS);
        if !(1..=PAGE_ITEMS_MAX).contains(&limit) {
            let what = format!("pageSize must be 1 to {PAGE_ITEMS_MAX}, not {limit}");
            return Err(AwsError::invalid_request(what));
        }
        let registry = state.fleet.registry();
        let page = registry.shadow_names(&input.thing_name, input.next_token.as_deref(), limit)?;
        let timestamp = state.clock.now() / 1_000;
        Ok(Output { results: page.items, next_token: page.next, timestamp })
    }
}
