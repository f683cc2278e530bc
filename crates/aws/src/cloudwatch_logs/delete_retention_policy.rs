//! DeleteRetentionPolicy

use std::sync::Arc;

use model::LogGroupName;
use serde::Deserialize;

use super::words::{nothing, of_group};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Payload;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteRetentionPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: LogGroupName,
}

impl Operation for DeleteRetentionPolicy {
    const NAME: &'static str = "DeleteRetentionPolicy";

    type Input = Input;
    type Output = Payload;

    fn resource(input: &Input) -> String {
        of_group(input.log_group_name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Payload, AwsError> {
        state.logs.set_retention(&input.log_group_name, None).await?;
        Ok(nothing())
    }
}
