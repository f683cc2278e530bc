//! UntagResource

use std::sync::Arc;

use serde::Deserialize;

use super::tagged::function_of;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::one_or_more;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UntagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource: String,
    #[serde(deserialize_with = "one_or_more")]
    tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const METHOD_AND_PATH: &'static str = "DELETE /2017-03-31/tags/{Resource}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("tagKeys", "TagKeys")];

    type Input = Input;
    type Output = Status<204, Nothing>;

    fn resource(input: &Input) -> String {
        input.resource.clone()
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<204, Nothing>, AwsError> {
        let name = function_of(&input.resource)?;
        state.functions.blueprints().untag(&name, input.tag_keys).await?;
        Ok(Status(Nothing {}))
    }
}
