//! DescribeEventBus

use std::sync::Arc;

use serde::Deserialize;

use super::words::{BusRef, ShownBus, bus_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeEventBus;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    name: BusRef,
}

impl Operation for DescribeEventBus {
    const NAME: &'static str = "DescribeEventBus";

    type Input = Input;
    type Output = ShownBus;

    fn resource(input: &Input) -> String {
        bus_path(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<ShownBus, AwsError> {
        Ok(ShownBus::of(&state, state.schedules.bus(&input.name.name()?)?))
    }
}
