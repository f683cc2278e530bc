//! PutRule

use std::sync::Arc;

use model::EventRuleName;
use schedules::NewRule;
use serde::{Deserialize, Serialize};

use super::words::{BusRef, Tag, rule_path, tags_of};
use crate::caller::Caller;
use crate::caller::PassedRole;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutRule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: EventRuleName,
    #[serde(default)]
    event_bus_name: BusRef,
    schedule_expression: Option<String>,
    event_pattern: Option<String>,
    #[serde(default)]
    state: RuleState,
    description: Option<String>,
    role_arn: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    rule_arn: String,
}

impl Operation for PutRule {
    const NAME: &'static str = "PutRule";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        rule_path(&input.event_bus_name, &input.name)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        let arn = input.role_arn.as_deref()?;
        Some(PassedRole { arn, service: "events.amazonaws.com" })
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, bus) = (input.name, input.event_bus_name.name()?);
        let new = NewRule {
            // An empty one is none, as a template's parameter may leave it.
            description: input.description.filter(|text| !text.is_empty()),
            pattern: input.event_pattern.filter(|text| !text.is_empty()),
            schedule: input.schedule_expression.filter(|text| !text.is_empty()),
            is_disabled: input.state == RuleState::Disabled,
            role_arn: input.role_arn,
            tags: tags_of(input.tags),
        };
        state.schedules.put_rule(&bus, &name, new).await?;
        Ok(Output { rule_arn: state.schedules.rule_arn(bus.as_str(), name.as_str()) })
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum RuleState {
    #[default]
    Enabled,
    Disabled,
}
