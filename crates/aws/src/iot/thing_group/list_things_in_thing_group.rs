//! ListThingsInThingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;
use model::{ThingGroupName, ThingName};

#[derive(Debug)]
pub(crate) struct ListThingsInThingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_group_name: ThingGroupName,
    #[serde(default, deserialize_with = "from_text")]
    recursive: Option<bool>,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    things: Vec<ThingName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThingsInThingGroup {
    const NAME: &'static str = "ListThingsInThingGroup";
    const METHOD_AND_PATH: &'static str = "GET /thing-groups/{thingGroupName}/things";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("recursive", "recursive"), ("nextToken", "nextToken"), ("maxResults", "maxResults")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thinggroup/{}", input.thing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let (name, recursive) = (&input.thing_group_name, input.recursive.unwrap_or(false));
        let token = input.next_token.as_deref();
        let page = state.fleet.registry().things_of_group(name, recursive, token, limit)?;
        Ok(Output { things: page.items, next_token: page.next })
    }
}
