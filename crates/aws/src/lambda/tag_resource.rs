//! TagResource

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::tagged::function_of;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TagResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource: String,
    tags: BTreeMap<String, String>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const METHOD_AND_PATH: &'static str = "POST /2017-03-31/tags/{Resource}";

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
        state.functions.blueprints().tag(&name, input.tags).await?;
        Ok(Status(Nothing {}))
    }
}
