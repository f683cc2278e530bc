//! RemoveTargets

use std::sync::Arc;

use model::EventRuleName;
use serde::{Deserialize, Serialize};

use super::words::{BusRef, FailedTarget, rule_path};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct RemoveTargets;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule: EventRuleName,
    #[serde(default)]
    event_bus_name: BusRef,
    ids: Vec<String>,
    /// For rules that AWS's services manage: there are none.
    #[serde(default, rename = "Force")]
    _force: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    failed_entry_count: usize,
    failed_entries: Vec<FailedTarget>,
}

impl Operation for RemoveTargets {
    const NAME: &'static str = "RemoveTargets";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        rule_path(&input.event_bus_name, input.rule.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let bus = input.event_bus_name.name()?;
        let missing = state.schedules.remove_targets(&bus, &input.rule, input.ids).await?;
        let failed = |target_id| FailedTarget {
            target_id,
            error_code: "ResourceNotFoundException",
            error_message: "The rule has no such target.",
        };
        let failed_entries: Vec<FailedTarget> = missing.into_iter().map(failed).collect();
        Ok(Output { failed_entry_count: failed_entries.len(), failed_entries })
    }
}
