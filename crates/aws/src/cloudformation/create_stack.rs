//! CreateStack

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::begin::{self, Begin};
use crate::cloudformation::principal;
use crate::cloudformation::resource;
use crate::cloudformation::source;
use crate::cloudformation::wish::{DeploymentConfig, ParameterIn, Wish, new_stack};
use crate::error::AwsError;
use crate::iam::Tag;
use crate::input::from_text;
use crate::operation::Operation;
use crate::query::{list, some_list};
use crate::state::State;
use stacks::{OnFailure, StacksError};

#[derive(Debug)]
pub(crate) struct CreateStack;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    template_body: Option<String>,
    #[serde(rename = "TemplateURL")]
    template_url: Option<String>,
    #[serde(default, deserialize_with = "list")]
    parameters: Vec<ParameterIn>,
    #[serde(default, deserialize_with = "list")]
    capabilities: Vec<String>,
    #[serde(default, deserialize_with = "some_list")]
    tags: Option<Vec<Tag>>,
    #[serde(rename = "RoleARN")]
    role_arn: Option<String>,
    #[serde(rename = "NotificationARNs", default, deserialize_with = "some_list")]
    notification_arns: Option<Vec<String>>,
    client_request_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    disable_rollback: Option<bool>,
    on_failure: Option<String>,
    deployment_config: Option<DeploymentConfig>,
    #[serde(default, deserialize_with = "from_text")]
    enable_termination_protection: Option<bool>,
}

impl Operation for CreateStack {
    const NAME: &'static str = "CreateStack";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        DeploymentConfig::check(input.deployment_config.as_ref())?;
        let principal_arn = principal::of(&caller, input.role_arn.as_deref())?;
        let mut stack = new_stack(&state, &input.stack_name, principal_arn)?;
        let on_failure = on_failure(&input)?;
        match state.stacks.find(&stack.name) {
            Err(StacksError::NoStack(_)) => {}
            Err(error) => return Err(error.into()),
            Ok(found) => {
                let token = input.client_request_token;
                return match token.is_some() && found.token == token {
                    true => Ok(json!({ "StackId": found.id })),
                    false => Err(StacksError::Exists(stack.name).into()),
                };
            }
        }
        stack.is_protected = input.enable_termination_protection == Some(true);
        let wish = Wish {
            template_body: input.template_body,
            template_url: input.template_url,
            parameters: input.parameters,
            capabilities: input.capabilities,
            tags: input.tags,
            role_arn: input.role_arn,
            notification_arns: input.notification_arns,
            ..Wish::default()
        };
        stack.aim = wish.aim(&state, source::login(&caller)?, &caller.host, &stack).await?;
        let begin = Begin { on_failure, token: input.client_request_token, change_set_id: None };
        let id = begin::create(&state, stack, begin).await?;
        Ok(json!({ "StackId": id }))
    }
}

fn on_failure(input: &Input) -> Result<OnFailure, AwsError> {
    match (input.on_failure.as_deref(), input.disable_rollback) {
        (Some(_), Some(_)) => Err(AwsError::validation(
            "You can specify either DisableRollback or OnFailure, but not both.",
        )),
        (None, Some(true)) | (Some("DO_NOTHING"), None) => Ok(OnFailure::DoNothing),
        (Some("DELETE"), None) => Ok(OnFailure::Delete),
        (None, _) | (Some("ROLLBACK"), None) => Ok(OnFailure::Rollback),
        (Some(other), None) => {
            Err(AwsError::validation(format!("OnFailure: {other} is not known")))
        }
    }
}
