//! DescribeStacks

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::cloudformation::shape;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use stacks::Status;

/// AWS answers about a megabyte.
const PAGE: usize = 100;

#[derive(Debug)]
pub(crate) struct DescribeStacks;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: Option<String>,
    next_token: Option<String>,
}

impl Operation for DescribeStacks {
    const NAME: &'static str = "DescribeStacks";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.stack_name.as_deref().map_or_else(|| "*".to_owned(), resource::stack)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        if let Some(name) = &input.stack_name {
            let stack = state.stacks.find(name)?;
            return Ok(json!({ "Stacks": [shape::stack(&stack)] }));
        }
        let page = state.stacks.list(input.next_token.as_deref(), PAGE)?;
        let alive = page.items.iter().filter(|stack| stack.status != Status::DeleteComplete);
        Ok(json!({ "Stacks": alive.map(shape::stack).collect::<Value>(), "NextToken": page.next }))
    }
}
