//! ContinueUpdateRollback

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::principal;
use crate::cloudformation::report::stack_event;
use crate::cloudformation::resource;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;
use stacks::{Stack, StacksError, Status};

#[derive(Debug)]
pub(crate) struct ContinueUpdateRollback;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    #[serde(default, deserialize_with = "list")]
    resources_to_skip: Vec<String>,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    #[serde(rename = "ClientRequestToken")]
    _client_request_token: Option<String>,
}

impl Operation for ContinueUpdateRollback {
    const NAME: &'static str = "ContinueUpdateRollback";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        let stack = state.stacks.find(&input.stack_name)?;
        let role = input.role_arn.as_deref().or(stack.aim.role_arn.as_deref());
        let principal_arn = principal::of(&caller, role)?;
        let held = state.stacks.resources(&stack.id)?;
        let failed = |name: &String| {
            held.get(name).is_some_and(|resource| resource.status.ends_with("_FAILED"))
        };
        if let Some(name) = input.resources_to_skip.iter().find(|name| !failed(name)) {
            let what = format!("ResourcesToSkip: {name} is not in a FAILED state");
            return Err(AwsError::validation(what));
        }
        let status = Status::UpdateRollbackInProgress;
        let told = Stack { status, reason: Some("User Initiated".to_owned()), ..stack.clone() };
        let events = vec![stack_event(&state.stacks, &told)];
        state
            .stacks
            .change(&stack.id, events, move |stack| {
                if stack.status != Status::UpdateRollbackFailed {
                    let (id, status) = (stack.id.clone(), stack.status.as_str());
                    return Err(StacksError::State { id, status, what: "rolled back" });
                }
                (stack.status, stack.reason) = (status, told.reason);
                (stack.skipped, stack.principal_arn) = (input.resources_to_skip, principal_arn);
                if input.role_arn.is_some() {
                    stack.aim.role_arn = input.role_arn;
                }
                Ok(())
            })
            .await?;
        Ok(json!({}))
    }
}
