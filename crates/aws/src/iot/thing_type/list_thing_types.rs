//! ListThingTypes

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::iot::thing_type::shape::{Described, type_not_found};
use crate::operation::Operation;
use crate::state::State;
use model::ThingTypeName;

#[derive(Debug)]
pub(crate) struct ListThingTypes;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    thing_type_name: Option<ThingTypeName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_types: Vec<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThingTypes {
    const NAME: &'static str = "ListThingTypes";
    const METHOD_AND_PATH: &'static str = "GET /thing-types";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("nextToken", "nextToken"),
        ("maxResults", "maxResults"),
        ("thingTypeName", "thingTypeName"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let registry = state.fleet.registry();
        if let Some(name) = &input.thing_type_name {
            let found = registry.thing_type(name)?.ok_or_else(|| type_not_found(name))?;
            return Ok(Output {
                thing_types: vec![Described::of(&state, found)],
                next_token: None,
            });
        }
        let page = registry.thing_types(input.next_token.as_deref(), limit)?;
        let thing_types = page.items.into_iter().map(|found| Described::of(&state, found));
        Ok(Output { thing_types: thing_types.collect(), next_token: page.next })
    }
}
