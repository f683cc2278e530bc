//! ListStackResources

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::cloudformation::shape;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListStackResources;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    next_token: Option<String>,
}

impl Operation for ListStackResources {
    const NAME: &'static str = "ListStackResources";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        // A template has no more than one answer holds.
        if input.next_token.is_some() {
            return Err(AwsError::validation("NextToken is not one of ours"));
        }
        let stack = state.stacks.find(&input.stack_name)?;
        let resources = state.stacks.resources(&stack.id)?;
        let shown = resources
            .values()
            .map(|resource| shape::resource(None, resource, "LastUpdatedTimestamp"));
        Ok(json!({ "StackResourceSummaries": shown.collect::<Value>() }))
    }
}
