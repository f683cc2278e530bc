//! DescribeStackResource

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::cloudformation::shape;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use stacks::Stack;
use templates::Template;

#[derive(Debug)]
pub(crate) struct DescribeStackResource;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    logical_resource_id: String,
}

impl Operation for DescribeStackResource {
    const NAME: &'static str = "DescribeStackResource";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let stack = state.stacks.find(&input.stack_name)?;
        let resources = state.stacks.resources(&stack.id)?;
        let found = resources.get(&input.logical_resource_id).ok_or_else(|| {
            let (resource, stack) = (&input.logical_resource_id, &stack.name);
            AwsError::validation(format!("Resource {resource} does not exist for stack {stack}"))
        })?;
        let mut detail = shape::resource(Some(&stack), found, "LastUpdatedTimestamp");
        detail["Metadata"] = metadata(&stack, &found.logical_id).into();
        Ok(json!({ "StackResourceDetail": detail }))
    }
}

/// What the template says of it beside.
fn metadata(stack: &Stack, logical_id: &str) -> Option<String> {
    let template = Template::parse(&stack.aim.template).ok()?;
    Some(template.resources.get(logical_id)?.metadata.as_ref()?.to_string())
}
