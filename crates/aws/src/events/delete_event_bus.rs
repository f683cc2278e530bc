//! DeleteEventBus

use std::sync::Arc;

use serde::Deserialize;

use super::words::{BusRef, bus_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteEventBus;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: BusRef,
}

impl Operation for DeleteEventBus {
    const NAME: &'static str = "DeleteEventBus";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        bus_path(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.schedules.delete_bus(&input.name.name()?).await?;
        Ok(Nothing {})
    }
}
