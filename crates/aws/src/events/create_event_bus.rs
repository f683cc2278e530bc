//! CreateEventBus

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{BusRef, Tag, bus_path, tags_of};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateEventBus;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: BusRef,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    event_bus_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl Operation for CreateEventBus {
    const NAME: &'static str = "CreateEventBus";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        bus_path(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = input.name.name()?;
        let (description, tags) = (input.description.clone(), tags_of(input.tags));
        state.schedules.create_bus(&name, input.description, tags).await?;
        Ok(Output { event_bus_arn: state.schedules.bus_arn(name.as_str()), description })
    }
}
