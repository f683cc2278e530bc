//! RollbackStack

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::principal;
use crate::cloudformation::report::stack_event;
use crate::cloudformation::resource;
use crate::cloudformation::work::begin_roll_back;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use stacks::{Stack, StacksError, Status, Step};

#[derive(Debug)]
pub(crate) struct RollbackStack;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    #[serde(rename = "ClientRequestToken")]
    _client_request_token: Option<String>,
}

impl Operation for RollbackStack {
    const NAME: &'static str = "RollbackStack";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        let mut stack = state.stacks.find(&input.stack_name)?;
        let role = input.role_arn.as_deref().or(stack.aim.role_arn.as_deref());
        stack.principal_arn = principal::of(&caller, role)?;
        let (id, why) = (stack.id.clone(), "User Initiated".to_owned());
        match stack.status {
            Status::UpdateFailed => begin_roll_back(&state, stack, why).await?,
            Status::CreateFailed => {
                let from = Some(stack.status);
                let stack =
                    Stack { status: Status::RollbackInProgress, reason: Some(why), ..stack };
                let events = vec![stack_event(&state.stacks, &stack)];
                let step = Step { stack: Some(stack), from, events, ..Step::default() };
                state.stacks.step(&id, step).await?;
            }
            status => {
                let status = status.as_str();
                return Err(StacksError::State { id, status, what: "rolled back" }.into());
            }
        }
        Ok(json!({ "StackId": id }))
    }
}
