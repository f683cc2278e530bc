//! UpdateEventConfigurations

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::setting::shape::Enabled;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use registry::EventType;
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct UpdateEventConfigurations;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    event_configurations: Option<BTreeMap<EventType, Enabled>>,
}

impl Operation for UpdateEventConfigurations {
    const NAME: &'static str = "UpdateEventConfigurations";
    const METHOD_AND_PATH: &'static str = "PATCH /event-configurations";

    type Input = Input;
    type Output = Nothing;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let given = input.event_configurations.unwrap_or_default().into_iter();
        let enabled = given.map(|(kind, given)| (kind, given.enabled)).collect();
        state.fleet.registry().set_events(&enabled, state.clock.now()).await?;
        Ok(Nothing {})
    }
}
