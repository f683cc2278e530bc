//! ListTagsForResource

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{Tag, of_name, owner_of_tags};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTagsForResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource_type: String,
    resource_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    tag_list: Vec<Tag>,
}

impl Operation for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_name(&input.resource_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let name = owner_of_tags(&input.resource_type, &input.resource_id)?;
        let tags = state.parameters.tags(&name)?;
        let tag_list = tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
        Ok(Output { tag_list })
    }
}
