//! DeleteChangeSet

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteChangeSet;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: Option<String>,
    change_set_name: String,
}

impl Operation for DeleteChangeSet {
    const NAME: &'static str = "DeleteChangeSet";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.stack_name.as_deref().map_or_else(|| "*".to_owned(), resource::stack)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        // One that is not there is as good as deleted.
        match state.stacks.find_change_set(&input.change_set_name, input.stack_name.as_deref()) {
            Err(stacks::StacksError::NoChangeSet(_)) => {}
            found => state.stacks.delete_change_set(&found?).await?,
        }
        Ok(json!({}))
    }
}
