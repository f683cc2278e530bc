//! PutTargets

use std::sync::Arc;

use model::EventRuleName;
use schedules::TARGETS_MAX;
use serde::{Deserialize, Serialize};

use super::target::TargetIn;
use super::words::{BusRef, FailedTarget, rule_path};
use crate::caller::Caller;
use crate::caller::PassedRole;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutTargets;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule: EventRuleName,
    #[serde(default)]
    event_bus_name: BusRef,
    targets: Vec<TargetIn>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    failed_entry_count: usize,
    failed_entries: Vec<FailedTarget>,
}

impl Operation for PutTargets {
    const NAME: &'static str = "PutTargets";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        rule_path(&input.event_bus_name, input.rule.as_str())
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        let arn = input.targets.iter().find_map(TargetIn::role_arn)?;
        Some(PassedRole { arn, service: "events.amazonaws.com" })
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if !(1..=TARGETS_MAX).contains(&input.targets.len()) {
            let found = input.targets.len();
            let message = format!("Targets: 1 to {TARGETS_MAX}, not {found}");
            return Err(AwsError::new(400, "ValidationException", message));
        }
        let targets: Vec<_> =
            input.targets.into_iter().map(TargetIn::read).collect::<Result<_, _>>()?;
        state.schedules.put_targets(&input.event_bus_name.name()?, &input.rule, targets).await?;
        Ok(Output { failed_entry_count: 0, failed_entries: Vec::new() })
    }
}
