//! TagLogGroup

use std::collections::BTreeMap;
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
pub(crate) struct TagLogGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: LogGroupName,
    tags: BTreeMap<String, String>,
}

impl Operation for TagLogGroup {
    const NAME: &'static str = "TagLogGroup";

    type Input = Input;
    type Output = Payload;

    fn resource(input: &Input) -> String {
        of_group(input.log_group_name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Payload, AwsError> {
        state.logs.tag_group(&input.log_group_name, input.tags).await?;
        Ok(nothing())
    }
}
