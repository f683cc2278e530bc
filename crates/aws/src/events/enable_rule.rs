//! EnableRule

use std::sync::Arc;

use model::EventRuleName;
use serde::Deserialize;

use super::words::{BusRef, rule_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct EnableRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: EventRuleName,
    #[serde(default)]
    event_bus_name: BusRef,
}

impl Operation for EnableRule {
    const NAME: &'static str = "EnableRule";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        rule_path(&input.event_bus_name, &input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let bus = input.event_bus_name.name()?;
        state.schedules.enable_rule(&bus, &input.name, true).await?;
        Ok(Nothing {})
    }
}
