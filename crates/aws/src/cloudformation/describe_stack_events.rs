//! DescribeStackEvents

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::cloudformation::shape;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// As on AWS.
const PAGE: usize = 100;

#[derive(Debug)]
pub(crate) struct DescribeStackEvents;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    next_token: Option<String>,
}

impl Operation for DescribeStackEvents {
    const NAME: &'static str = "DescribeStackEvents";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let stack = state.stacks.find(&input.stack_name)?;
        let events = state.stacks.events(&stack.id)?;
        let wrong = || AwsError::validation("NextToken is not one of ours");
        let after: usize =
            input.next_token.map_or(Ok(0), |token| token.parse().map_err(|_| wrong()))?;
        let next = (events.len() > after + PAGE).then(|| (after + PAGE).to_string());
        let shown = events.iter().skip(after).take(PAGE).map(|event| shape::event(&stack, event));
        Ok(json!({ "StackEvents": shown.collect::<Value>(), "NextToken": next }))
    }
}
