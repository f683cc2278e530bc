//! CreateScheduleGroup

use std::sync::Arc;

use model::ScheduleGroupName;
use serde::{Deserialize, Serialize};

use super::words::{Tag, tags_of, worded};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateScheduleGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: ScheduleGroupName,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(rename = "ClientToken")]
    _client_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    schedule_group_arn: String,
}

impl Operation for CreateScheduleGroup {
    const NAME: &'static str = "CreateScheduleGroup";
    const METHOD_AND_PATH: &'static str = "POST /schedule-groups/{Name}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("schedule-group/{}", input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, tags) = (input.name, tags_of(input.tags));
        state.schedules.create_group(&name, tags).await.map_err(worded)?;
        Ok(Output { schedule_group_arn: state.schedules.group_arn(name.as_str()) })
    }
}
