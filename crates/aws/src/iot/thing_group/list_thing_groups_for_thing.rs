//! ListThingGroupsForThing

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{TOKENS, page_limit};
use crate::iot::thing::shape::thing_not_found;
use crate::iot::thing_group::shape::NameAndArn;
use crate::operation::Operation;
use crate::state::State;
use model::ThingName;

#[derive(Debug)]
pub(crate) struct ListThingGroupsForThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_groups: Vec<NameAndArn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThingGroupsForThing {
    const NAME: &'static str = "ListThingGroupsForThing";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/thing-groups";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let registry = state.fleet.registry();
        registry.thing(&input.thing_name)?.ok_or_else(|| thing_not_found(&input.thing_name))?;
        let token = input.next_token.as_deref();
        let page = registry.groups_of_thing(&input.thing_name, token, limit)?;
        let thing_groups = page.items.iter().map(|name| NameAndArn::of(&state, name)).collect();
        Ok(Output { thing_groups, next_token: page.next })
    }
}
