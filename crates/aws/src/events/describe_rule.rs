//! DescribeRule

use std::sync::Arc;

use model::EventRuleName;
use serde::{Deserialize, Serialize};

use super::words::{BusRef, ShownRule, rule_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: EventRuleName,
    #[serde(default)]
    event_bus_name: BusRef,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    rule: ShownRule,
    created_by: String,
}

impl Operation for DescribeRule {
    const NAME: &'static str = "DescribeRule";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        rule_path(&input.event_bus_name, &input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let rule = state.schedules.rule(&input.event_bus_name.name()?, &input.name)?;
        let created_by = state.fleet.registry().home().account.clone();
        Ok(Output { rule: ShownRule::of(&state, rule), created_by })
    }
}
