//! GetSchedule

use std::sync::Arc;

use model::{ScheduleGroupName, ScheduleName};
use serde::Deserialize;

use super::shape::Shown;
use super::words::{group_of, schedule_path, worded};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetSchedule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: ScheduleName,
    group_name: Option<ScheduleGroupName>,
}

impl Operation for GetSchedule {
    const NAME: &'static str = "GetSchedule";
    const METHOD_AND_PATH: &'static str = "GET /schedules/{Name}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("groupName", "GroupName")];

    type Input = Input;
    type Output = Shown;

    fn resource(input: &Input) -> String {
        schedule_path(input.group_name.as_ref(), input.name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Shown, AwsError> {
        let group = group_of(input.group_name);
        let schedule = state.schedules.schedule(&group, &input.name).map_err(worded)?;
        Ok(Shown::of(&state, schedule))
    }
}
