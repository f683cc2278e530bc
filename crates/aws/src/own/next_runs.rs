//! NextRuns: when a rule of EventBridge, a schedule, or an expression that is yet to become one runs next.

use std::sync::Arc;

use model::{BusName, EventRuleName, ScheduleGroupName, ScheduleName};
use schedules::{Schedules, Times};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct NextRuns;

/// One of `rule`, `schedule` and `expression`, with what belongs to it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    rule: Option<EventRuleName>,
    bus: Option<BusName>,
    schedule: Option<ScheduleName>,
    group: Option<ScheduleGroupName>,
    expression: Option<String>,
    time_zone: Option<String>,
    start: Option<u64>,
    end: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// Ten at most, the next one first; none of what is disabled or over.
    runs: Vec<u64>,
}

impl Operation for NextRuns {
    const NAME: &'static str = "NextRuns";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { rule, bus, schedule, group, expression, time_zone, start, end } = input;
        let (schedules, now) = (&state.schedules, state.clock.now());
        let is_timed = time_zone.is_some() || start.is_some() || end.is_some();
        let runs = match (rule, schedule, expression) {
            (Some(rule), None, None) if group.is_none() && !is_timed => {
                schedules.runs_of_rule(&bus.unwrap_or_else(Schedules::default_bus), &rule)?
            }
            (None, Some(schedule), None) if bus.is_none() && !is_timed => {
                let group = group.unwrap_or_else(Schedules::default_group);
                schedules.runs_of_schedule(&group, &schedule)?
            }
            (None, None, Some(expression)) if bus.is_none() && group.is_none() => {
                Times::of(&expression, time_zone.as_deref(), (start, end), now)?.runs(now)
            }
            _ => return Err(AwsError::invalid_request(ONE_OF)),
        };
        Ok(Output { runs })
    }
}

const ONE_OF: &str = "one is needed of rule (with bus), schedule (with group), and expression (with \
                      timeZone, start and end)";
