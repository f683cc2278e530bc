//! ListStacks

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::shape;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;

/// AWS answers about a megabyte.
const PAGE: usize = 100;

#[derive(Debug)]
pub(crate) struct ListStacks;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "list")]
    stack_status_filter: Vec<String>,
}

impl Operation for ListStacks {
    const NAME: &'static str = "ListStacks";

    type Input = Input;
    type Output = Value;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let page = state.stacks.list(input.next_token.as_deref(), PAGE)?;
        let filter = &input.stack_status_filter;
        let wanted = page.items.iter().filter(|stack| {
            filter.is_empty() || filter.iter().any(|status| status == stack.status.as_str())
        });
        Ok(
            json!({ "StackSummaries": wanted.map(shape::summary).collect::<Value>(), "NextToken": page.next }),
        )
    }
}
