//! GetScheduleGroup

use std::sync::Arc;

use model::ScheduleGroupName;
use serde::Deserialize;

use super::shape::ShownGroup;
use super::words::worded;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetScheduleGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: ScheduleGroupName,
}

impl Operation for GetScheduleGroup {
    const NAME: &'static str = "GetScheduleGroup";
    const METHOD_AND_PATH: &'static str = "GET /schedule-groups/{Name}";

    type Input = Input;
    type Output = ShownGroup;

    fn resource(input: &Input) -> String {
        format!("schedule-group/{}", input.name)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<ShownGroup, AwsError> {
        let group = state.schedules.group(&input.name).map_err(worded)?;
        Ok(ShownGroup::of(&state, group))
    }
}
