//! ListRoleAliases

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{MARKERS, page_limit};
use crate::operation::Operation;
use crate::state::State;
use model::RoleAliasName;

#[derive(Debug)]
pub(crate) struct ListRoleAliases;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    role_aliases: Vec<RoleAliasName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListRoleAliases {
    const NAME: &'static str = "ListRoleAliases";
    const METHOD_AND_PATH: &'static str = "GET /role-aliases";
    const QUERY: &'static [(&'static str, &'static str)] = MARKERS;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.page_size)?;
        let page = state.fleet.registry().role_aliases(input.marker.as_deref(), limit)?;
        Ok(Output { role_aliases: page.items, next_marker: page.next })
    }
}
