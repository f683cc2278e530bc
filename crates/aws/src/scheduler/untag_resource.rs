//! UntagResource

use std::sync::Arc;

use serde::Deserialize;
use std::collections::BTreeMap;

use super::words::{group_of_arn, worded};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::one_or_more;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UntagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_arn: String,
    #[serde(deserialize_with = "one_or_more")]
    tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const METHOD_AND_PATH: &'static str = "DELETE /tags/{ResourceArn}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("TagKeys", "TagKeys")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let group = group_of_arn(&state, &input.resource_arn)?;
        let keys = input.tag_keys;
        let change = move |held: &mut BTreeMap<String, String>| {
            held.retain(|key, _| !keys.contains(key));
        };
        state.schedules.change_group_tags(&group, change).await.map_err(worded)?;
        Ok(Nothing {})
    }
}
