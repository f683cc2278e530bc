//! DescribeChangeSet

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::cloudformation::shape;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeChangeSet;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: Option<String>,
    change_set_name: String,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    include_property_values: Option<bool>,
}

impl Operation for DescribeChangeSet {
    const NAME: &'static str = "DescribeChangeSet";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.stack_name.as_deref().map_or_else(|| "*".to_owned(), resource::stack)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let set =
            state.stacks.find_change_set(&input.change_set_name, input.stack_name.as_deref())?;
        // A template has no more than one answer holds.
        match input.next_token {
            Some(_) => Err(AwsError::validation("NextToken is not one of ours")),
            None => Ok(shape::change_set(&set, input.include_property_values == Some(true))),
        }
    }
}
