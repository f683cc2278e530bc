//! DeleteScheduleGroup

use std::sync::Arc;

use model::ScheduleGroupName;
use serde::Deserialize;

use super::words::worded;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteScheduleGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: ScheduleGroupName,
    #[serde(rename = "ClientToken")]
    _client_token: Option<String>,
}

impl Operation for DeleteScheduleGroup {
    const NAME: &'static str = "DeleteScheduleGroup";
    const METHOD_AND_PATH: &'static str = "DELETE /schedule-groups/{Name}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("clientToken", "ClientToken")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("schedule-group/{}", input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.schedules.delete_group(&input.name).await.map_err(worded)?;
        Ok(Nothing {})
    }
}
