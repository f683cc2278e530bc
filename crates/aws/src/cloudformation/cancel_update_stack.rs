//! CancelUpdateStack

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use stacks::{StacksError, Status};

#[derive(Debug)]
pub(crate) struct CancelUpdateStack;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    #[serde(rename = "ClientRequestToken")]
    _client_request_token: Option<String>,
}

impl Operation for CancelUpdateStack {
    const NAME: &'static str = "CancelUpdateStack";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let stack = state.stacks.find(&input.stack_name)?;
        state
            .stacks
            .change(&stack.id, Vec::new(), |stack| match stack.status {
                // Who works on it finds out before the next resource.
                Status::UpdateInProgress => {
                    stack.is_cancelled = true;
                    Ok(())
                }
                status => Err(StacksError::Invalid(format!(
                    "CancelUpdateStack cannot be called from current stack status: {}",
                    status.as_str()
                ))),
            })
            .await?;
        Ok(json!({}))
    }
}
