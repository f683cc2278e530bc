//! ListRuleNamesByTarget

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{BusRef, limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListRuleNamesByTarget;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    target_arn: String,
    #[serde(default)]
    event_bus_name: BusRef,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    rule_names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListRuleNamesByTarget {
    const NAME: &'static str = "ListRuleNamesByTarget";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (bus, after) = (input.event_bus_name.name()?, input.next_token.as_deref());
        let limit = limit(input.limit)?;
        let page = state.schedules.rules_of_target(&bus, &input.target_arn, after, limit)?;
        Ok(Output { rule_names: page.items, next_token: page.next })
    }
}
