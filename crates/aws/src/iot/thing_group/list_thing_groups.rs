//! ListThingGroups

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::iot::thing_group::shape::NameAndArn;
use crate::operation::Operation;
use crate::state::State;
use model::ThingGroupName;
use registry::{GroupFilter, ThingGroup};

#[derive(Debug)]
pub(crate) struct ListThingGroups;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    parent_group: Option<ThingGroupName>,
    name_prefix_filter: Option<ThingGroupName>,
    #[serde(default, deserialize_with = "from_text")]
    recursive: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_groups: Vec<NameAndArn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThingGroups {
    const NAME: &'static str = "ListThingGroups";
    const METHOD_AND_PATH: &'static str = "GET /thing-groups";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("nextToken", "nextToken"),
        ("maxResults", "maxResults"),
        ("parentGroup", "parentGroup"),
        ("namePrefixFilter", "namePrefixFilter"),
        ("recursive", "recursive"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let filter = GroupFilter {
            name_prefix: input.name_prefix_filter,
            parent: input.parent_group,
            only_direct: !input.recursive.unwrap_or(true),
        };
        let token = input.next_token.as_deref();
        let page = state.fleet.registry().thing_groups(&filter, token, limit)?;
        let listed = |group: &ThingGroup| NameAndArn::of(&state, &group.name);
        Ok(Output { thing_groups: page.items.iter().map(listed).collect(), next_token: page.next })
    }
}
