//! StartRecording: the messages of these topics are kept from now on.

use std::sync::Arc;

use model::TopicFilter;
use recordings::{DAYS, Limits, MEGABYTES, StartError};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct StartRecording;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    filter: TopicFilter,
    days: Option<u32>,
    megabytes: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    filter: TopicFilter,
    days: u32,
    megabytes: u32,
    started_at: u64,
}

impl Operation for StartRecording {
    const NAME: &'static str = "StartRecording";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { filter, days, megabytes } = input;
        let limits =
            Limits { days: days.unwrap_or(DAYS), megabytes: megabytes.unwrap_or(MEGABYTES) };
        let started = state.hall.recordings().start(&filter, limits, state.clock.now()).await?;
        let Limits { days, megabytes } = started.limits;
        Ok(Output { filter, days, megabytes, started_at: started.started_at })
    }
}

impl From<StartError> for AwsError {
    fn from(error: StartError) -> AwsError {
        match error {
            StartError::Shared | StartError::Limits => AwsError::invalid_request(error.to_string()),
            StartError::TooMany => AwsError::new(410, "LimitExceededException", error.to_string()),
            StartError::Store(error) => error.into(),
        }
    }
}
