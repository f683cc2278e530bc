//! StopRecording: the messages of these topics are kept no longer, and those that were go.

use std::sync::Arc;

use model::TopicFilter;
use recordings::StopError;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct StopRecording;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    filter: TopicFilter,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {}

impl Operation for StopRecording {
    const NAME: &'static str = "StopRecording";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        state.hall.recordings().stop(&input.filter).await?;
        Ok(Output {})
    }
}

impl From<StopError> for AwsError {
    fn from(error: StopError) -> AwsError {
        match error {
            StopError::NotFound { .. } => AwsError::not_found(error.to_string()),
            StopError::Store(error) => error.into(),
        }
    }
}
