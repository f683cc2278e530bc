//! UpdateSchedule

use std::sync::Arc;

use serde::Serialize;

use super::shape::Said;
use super::words::{group_of, schedule_path, worded};
use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateSchedule;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    schedule_arn: String,
}

impl Operation for UpdateSchedule {
    const NAME: &'static str = "UpdateSchedule";
    const METHOD_AND_PATH: &'static str = "PUT /schedules/{Name}";

    type Input = Said;
    type Output = Output;

    fn resource(input: &Said) -> String {
        schedule_path(input.group_name.as_ref(), input.name.as_str())
    }

    fn passed_role(input: &Said) -> Option<PassedRole<'_>> {
        Some(PassedRole { arn: input.role_arn(), service: "scheduler.amazonaws.com" })
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Said) -> Result<Output, AwsError> {
        let (group, name) = (group_of(input.group_name.clone()), input.name.clone());
        state.schedules.update_schedule(&group, &name, input.read()?).await.map_err(worded)?;
        Ok(Output { schedule_arn: state.schedules.schedule_arn(group.as_str(), name.as_str()) })
    }
}
