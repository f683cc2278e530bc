//! ListEventBuses

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{ShownBus, limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListEventBuses;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name_prefix: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    event_buses: Vec<ShownBus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListEventBuses {
    const NAME: &'static str = "ListEventBuses";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (prefix, limit) = (input.name_prefix.unwrap_or_default(), limit(input.limit)?);
        let page = state.schedules.buses(&prefix, input.next_token.as_deref(), limit)?;
        let event_buses = page.items.into_iter().map(|bus| ShownBus::of(&state, bus)).collect();
        Ok(Output { event_buses, next_token: page.next })
    }
}
