//! ListTags

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::tagged::function_of;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListTags;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    resource: String,
}

impl Operation for ListTags {
    const NAME: &'static str = "ListTags";
    const METHOD_AND_PATH: &'static str = "GET /2017-03-31/tags/{Resource}";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.resource.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let name = function_of(&input.resource)?;
        let tags = state.functions.blueprints().function(&name)?.tags;
        Ok(json!({ "Tags": tags }))
    }
}
