//! DeleteLogStream

use std::sync::Arc;

use model::{LogGroupName, LogStreamName};
use serde::Deserialize;

use super::words::{nothing, of_stream};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Payload;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteLogStream;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: LogGroupName,
    log_stream_name: LogStreamName,
}

impl Operation for DeleteLogStream {
    const NAME: &'static str = "DeleteLogStream";

    type Input = Input;
    type Output = Payload;

    fn resource(input: &Input) -> String {
        of_stream(input.log_group_name.as_str(), input.log_stream_name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Payload, AwsError> {
        let (group, stream) = (&input.log_group_name, &input.log_stream_name);
        state.logs.delete_stream(group, stream).await?;
        Ok(nothing())
    }
}
