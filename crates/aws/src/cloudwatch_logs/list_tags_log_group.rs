//! ListTagsLogGroup

use std::collections::BTreeMap;
use std::sync::Arc;

use logs::LogsError;
use model::LogGroupName;
use serde::{Deserialize, Serialize};

use super::words::of_group;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTagsLogGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name: LogGroupName,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {
    tags: BTreeMap<String, String>,
}

impl Operation for ListTagsLogGroup {
    const NAME: &'static str = "ListTagsLogGroup";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_group(input.log_group_name.as_str())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let group = state.logs.group(&input.log_group_name)?.ok_or(LogsError::NoGroup)?;
        Ok(Output { tags: group.tags })
    }
}
