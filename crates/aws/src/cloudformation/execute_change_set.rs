//! ExecuteChangeSet

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::begin::{self, Begin};
use crate::cloudformation::resource;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;
use stacks::OnFailure;

#[derive(Debug)]
pub(crate) struct ExecuteChangeSet;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: Option<String>,
    change_set_name: String,
    client_request_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    disable_rollback: Option<bool>,
}

impl Operation for ExecuteChangeSet {
    const NAME: &'static str = "ExecuteChangeSet";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.stack_name.as_deref().map_or_else(|| "*".to_owned(), resource::stack)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        let set =
            state.stacks.find_change_set(&input.change_set_name, input.stack_name.as_deref())?;
        if set.execution_status != "AVAILABLE" {
            let (id, status) = (&set.id, &set.execution_status);
            let message = format!(
                "ChangeSet [{id}] cannot be executed in its current execution status of [{status}]"
            );
            return Err(AwsError::new(400, "InvalidChangeSetStatus", message));
        }
        let stack = state.stacks.find(&set.stack_id)?;
        let on_failure = match input.disable_rollback {
            Some(true) => OnFailure::DoNothing,
            _ => set.on_failure,
        };
        let change_set_id = Some(set.id.clone());
        let begin = Begin { on_failure, token: input.client_request_token, change_set_id };
        begin::update(&state, &caller, &stack, set.aim.clone(), begin).await?;
        // What the others saw is no longer so.
        for mut other in state.stacks.change_sets(&stack.id)? {
            let is_this = other.id == set.id;
            other.execution_status =
                if is_this { "EXECUTE_COMPLETE" } else { "OBSOLETE" }.to_owned();
            state.stacks.put_change_set(other, false).await?;
        }
        Ok(json!({}))
    }
}
