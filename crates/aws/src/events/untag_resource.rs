//! UntagResource

use std::sync::Arc;

use serde::Deserialize;

use super::owner::Owner;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UntagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let owner = Owner::of(&state, &input.resource_arn)?;
        let keys = input.tag_keys;
        owner.change_tags(&state, move |held| held.retain(|key, _| !keys.contains(key))).await?;
        Ok(Nothing {})
    }
}
