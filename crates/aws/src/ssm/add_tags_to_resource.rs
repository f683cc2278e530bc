//! AddTagsToResource

use std::sync::Arc;

use serde::Deserialize;

use super::words::{Tag, of_name, owner_of_tags, tags_of};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct AddTagsToResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_type: String,
    resource_id: String,
    tags: Vec<Tag>,
}

impl Operation for AddTagsToResource {
    const NAME: &'static str = "AddTagsToResource";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        of_name(&input.resource_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let name = owner_of_tags(&input.resource_type, &input.resource_id)?;
        state.parameters.tag(&name, tags_of(input.tags)).await?;
        Ok(Nothing {})
    }
}
