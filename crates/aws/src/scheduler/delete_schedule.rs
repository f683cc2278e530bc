//! DeleteSchedule

use std::sync::Arc;

use model::{ScheduleGroupName, ScheduleName};
use serde::Deserialize;

use super::words::{group_of, schedule_path, worded};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteSchedule;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: ScheduleName,
    group_name: Option<ScheduleGroupName>,
    #[serde(rename = "ClientToken")]
    _client_token: Option<String>,
}

impl Operation for DeleteSchedule {
    const NAME: &'static str = "DeleteSchedule";
    const METHOD_AND_PATH: &'static str = "DELETE /schedules/{Name}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("groupName", "GroupName"), ("clientToken", "ClientToken")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        schedule_path(input.group_name.as_ref(), input.name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let group = group_of(input.group_name);
        state.schedules.delete_schedule(&group, &input.name).await.map_err(worded)?;
        Ok(Nothing {})
    }
}
