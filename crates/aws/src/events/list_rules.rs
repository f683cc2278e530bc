//! ListRules

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{BusRef, ShownRule, limit, rule_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListRules;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name_prefix: Option<String>,
    #[serde(default)]
    event_bus_name: BusRef,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    rules: Vec<ShownRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListRules {
    const NAME: &'static str = "ListRules";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        rule_path(&input.event_bus_name, "*")
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (bus, prefix) = (input.event_bus_name.name()?, input.name_prefix.unwrap_or_default());
        let (after, limit) = (input.next_token.as_deref(), limit(input.limit)?);
        let page = state.schedules.rules(&bus, &prefix, after, limit)?;
        let rules = page.items.into_iter().map(|rule| ShownRule::of(&state, rule)).collect();
        Ok(Output { rules, next_token: page.next })
    }
}
