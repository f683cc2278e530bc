//! ListTagsForResource

use std::collections::BTreeMap;
use std::sync::Arc;

use logs::LogsError;
use serde::{Deserialize, Serialize};

use super::words::{group_of_arn, of_arn};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTagsForResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Output {
    tags: BTreeMap<String, String>,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_arn(&input.resource_arn)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let group =
            state.logs.group(&group_of_arn(&input.resource_arn)?)?.ok_or(LogsError::NoGroup)?;
        Ok(Output { tags: group.tags })
    }
}
