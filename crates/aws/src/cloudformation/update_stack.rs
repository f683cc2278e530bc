//! UpdateStack

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::begin::{self, Begin};
use crate::cloudformation::resource;
use crate::cloudformation::source;
use crate::cloudformation::wish::{DeploymentConfig, ParameterIn, Wish};
use crate::error::AwsError;
use crate::iam::Tag;
use crate::input::from_text;
use crate::operation::Operation;
use crate::query::{list, some_list};
use crate::state::State;
use stacks::OnFailure;

#[derive(Debug)]
pub(crate) struct UpdateStack;

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
    deployment_config: Option<DeploymentConfig>,
    #[serde(default, deserialize_with = "from_text")]
    disable_rollback: Option<bool>,
    #[serde(default, deserialize_with = "from_text")]
    use_previous_template: Option<bool>,
}

impl Operation for UpdateStack {
    const NAME: &'static str = "UpdateStack";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        DeploymentConfig::check(input.deployment_config.as_ref())?;
        let stack = state.stacks.find(&input.stack_name)?;
        if input.client_request_token.is_some() && stack.token == input.client_request_token {
            return Ok(json!({ "StackId": stack.id }));
        }
        begin::takes_update(&stack)?;
        let wish = Wish {
            template_body: input.template_body,
            template_url: input.template_url,
            is_previous_template: input.use_previous_template == Some(true),
            parameters: input.parameters,
            capabilities: input.capabilities,
            tags: input.tags,
            role_arn: input.role_arn,
            notification_arns: input.notification_arns,
            takes_expansion: false,
        };
        let aim = wish.aim(&state, source::login(&caller)?, &caller.host, &stack).await?;
        let held = state.stacks.resources(&stack.id)?;
        let changes = begin::changes(&state, &stack, &aim, &held)?;
        if changes.is_empty() && begin::is_same_beside(&stack.aim, &aim) {
            return Err(AwsError::validation("No updates are to be performed."));
        }
        let on_failure = match input.disable_rollback {
            Some(true) => OnFailure::DoNothing,
            _ => OnFailure::Rollback,
        };
        let begin = Begin { on_failure, token: input.client_request_token, change_set_id: None };
        begin::update(&state, &caller, &stack, aim, begin).await?;
        Ok(json!({ "StackId": stack.id }))
    }
}
