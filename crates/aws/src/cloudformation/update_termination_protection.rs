//! UpdateTerminationProtection

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateTerminationProtection;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    #[serde(default, deserialize_with = "from_text")]
    enable_termination_protection: Option<bool>,
}

impl Operation for UpdateTerminationProtection {
    const NAME: &'static str = "UpdateTerminationProtection";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let is_protected = input
            .enable_termination_protection
            .ok_or_else(|| AwsError::validation("EnableTerminationProtection is needed"))?;
        let stack = state.stacks.find(&input.stack_name)?;
        state
            .stacks
            .change(&stack.id, Vec::new(), move |stack| {
                stack.is_protected = is_protected;
                Ok(())
            })
            .await?;
        Ok(json!({ "StackId": stack.id }))
    }
}
