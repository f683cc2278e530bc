//! TagResource

use std::sync::Arc;

use serde::Deserialize;
use std::collections::BTreeMap;

use super::words::{Tag, group_of_arn, tags_of, worded};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    tags: Vec<Tag>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const METHOD_AND_PATH: &'static str = "POST /tags/{ResourceArn}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let group = group_of_arn(&state, &input.resource_arn)?;
        let tags = tags_of(input.tags);
        let change = move |held: &mut BTreeMap<String, String>| held.extend(tags);
        state.schedules.change_group_tags(&group, change).await.map_err(worded)?;
        Ok(Nothing {})
    }
}
