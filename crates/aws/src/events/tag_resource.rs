//! TagResource

use std::sync::Arc;

use serde::Deserialize;

use super::owner::Owner;
use super::words::{Tag, tags_of};
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
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tags: Vec<Tag>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.resource_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let owner = Owner::of(&state, &input.resource_arn)?;
        let tags = tags_of(input.tags);
        owner.change_tags(&state, move |held| held.extend(tags)).await?;
        Ok(Nothing {})
    }
}
