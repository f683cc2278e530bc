//! DescribeStackResources

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
pub(crate) struct DescribeStackResources;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: Option<String>,
    logical_resource_id: Option<String>,
    physical_resource_id: Option<String>,
}

impl Operation for DescribeStackResources {
    const NAME: &'static str = "DescribeStackResources";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.stack_name.as_deref().map_or_else(|| "*".to_owned(), resource::stack)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let stack = match (&input.stack_name, &input.physical_resource_id) {
            (Some(name), _) => state.stacks.find(name)?,
            (None, Some(id)) => state.stacks.owner(id)?,
            (None, None) => {
                return Err(AwsError::validation(
                    "Either StackName or PhysicalResourceId must be specified",
                ));
            }
        };
        let resources = state.stacks.resources(&stack.id)?;
        let is_wanted = |resource: &&stacks::Resource| {
            input.logical_resource_id.as_ref().is_none_or(|id| *id == resource.logical_id)
        };
        let shown = resources.values().filter(is_wanted);
        let shown = shown.map(|resource| shape::resource(Some(&stack), resource, "Timestamp"));
        Ok(json!({ "StackResources": shown.collect::<Value>() }))
    }
}
