//! DeleteStack

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::principal;
use crate::cloudformation::report::stack_event;
use crate::cloudformation::resource;
use crate::cloudformation::wish::DeploymentConfig;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;
use stacks::{Stack, StacksError, Status};

#[derive(Debug)]
pub(crate) struct DeleteStack;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    #[serde(default, deserialize_with = "list")]
    retain_resources: Vec<String>,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    client_request_token: Option<String>,
    deployment_config: Option<DeploymentConfig>,
}

impl Operation for DeleteStack {
    const NAME: &'static str = "DeleteStack";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        DeploymentConfig::check(input.deployment_config.as_ref())?;
        // One that is not there is as good as deleted.
        let stack = match state.stacks.find(&input.stack_name) {
            Err(StacksError::NoStack(_)) => return Ok(json!({})),
            found => found?,
        };
        if stack.status == Status::DeleteComplete {
            return Ok(json!({}));
        }
        let role = input.role_arn.as_deref().or(stack.aim.role_arn.as_deref());
        let principal_arn = principal::of(&caller, role)?;
        let Input { retain_resources, role_arn, client_request_token, .. } = input;
        let told = Stack {
            status: Status::DeleteInProgress,
            reason: Some("User Initiated".to_owned()),
            ..stack.clone()
        };
        let events = vec![stack_event(&state.stacks, &told)];
        state
            .stacks
            .change(&stack.id, events, move |stack| {
                check(stack, &retain_resources)?;
                stack.status = Status::DeleteInProgress;
                (stack.reason, stack.retained) = (told.reason, retain_resources);
                (stack.principal_arn, stack.token) = (principal_arn, client_request_token);
                if role_arn.is_some() {
                    stack.aim.role_arn = role_arn;
                }
                Ok(())
            })
            .await?;
        Ok(json!({}))
    }
}

fn check(stack: &Stack, retained: &[String]) -> Result<(), StacksError> {
    if stack.is_protected {
        let name = &stack.name;
        let what =
            format!("Stack [{name}] cannot be deleted while TerminationProtection is enabled");
        return Err(StacksError::Invalid(what));
    }
    if !retained.is_empty() && stack.status != Status::DeleteFailed {
        let what = "Invalid operation on stack: specify which resources to retain only when the stack is in the \
                    DELETE_FAILED state.";
        return Err(StacksError::Invalid(what.to_owned()));
    }
    match stack.status {
        // Who works on it finds out before the next resource.
        Status::DeleteInProgress | Status::CreateInProgress | Status::RollbackInProgress => Ok(()),
        status if status.is_under_way() => Err(StacksError::State {
            id: stack.id.clone(),
            status: status.as_str(),
            what: "deleted",
        }),
        _ => Ok(()),
    }
}
