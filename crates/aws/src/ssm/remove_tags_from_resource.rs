//! RemoveTagsFromResource

use std::sync::Arc;

use serde::Deserialize;

use super::words::{of_name, owner_of_tags};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct RemoveTagsFromResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_type: String,
    resource_id: String,
    tag_keys: Vec<String>,
}

impl Operation for RemoveTagsFromResource {
    const NAME: &'static str = "RemoveTagsFromResource";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        of_name(&input.resource_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let name = owner_of_tags(&input.resource_type, &input.resource_id)?;
        state.parameters.untag(&name, input.tag_keys).await?;
        Ok(Nothing {})
    }
}
