//! CreateChangeSet

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::begin;
use crate::cloudformation::report::stack_event;
use crate::cloudformation::resource;
use crate::cloudformation::source;
use crate::cloudformation::wish::{DeploymentConfig, ParameterIn, Wish, new_stack};
use crate::error::AwsError;
use crate::iam::Tag;
use crate::input::from_text;
use crate::operation::Operation;
use crate::query::{list, some_list};
use crate::state::State;
use stacks::OnFailure;
use stacks::{ChangeSet, Stack, StacksError, Status};

/// Tools look for it.
const NOTHING: &str = "The submitted information didn't contain changes. Submit different information to create a \
                       change set.";

#[derive(Debug)]
pub(crate) struct CreateChangeSet;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: String,
    change_set_name: String,
    change_set_type: Option<String>,
    description: Option<String>,
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
    #[serde(default, deserialize_with = "from_text")]
    use_previous_template: Option<bool>,
    on_stack_failure: Option<String>,
    /// A nested stack is one change of its parent's set; the answer says that its own are not in it.
    #[serde(rename = "IncludeNestedStacks", default, deserialize_with = "from_text")]
    _include_nested_stacks: Option<bool>,
    deployment_config: Option<DeploymentConfig>,
    #[serde(default, deserialize_with = "from_text")]
    import_existing_resources: Option<bool>,
    #[serde(rename = "NotificationARNs", default, deserialize_with = "some_list")]
    notification_arns: Option<Vec<String>>,
    client_token: Option<String>,
}

impl Operation for CreateChangeSet {
    const NAME: &'static str = "CreateChangeSet";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        resource::stack(&input.stack_name)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        let is_creation = match input.change_set_type.as_deref() {
            None | Some("UPDATE") => false,
            Some("CREATE") => true,
            Some(other) => {
                return Err(AwsError::validation(format!("ChangeSetType: {other} is not served")));
            }
        };
        DeploymentConfig::check(input.deployment_config.as_ref())?;
        if input.import_existing_resources == Some(true) {
            return Err(AwsError::validation("ImportExistingResources is not served"));
        }
        let on_failure = match input.on_stack_failure.as_deref() {
            None | Some("ROLLBACK") => OnFailure::Rollback,
            Some("DELETE") => OnFailure::Delete,
            Some("DO_NOTHING") => OnFailure::DoNothing,
            Some(other) => {
                return Err(AwsError::validation(format!("OnStackFailure: {other} is not known")));
            }
        };
        if let Some(token) = &input.client_token
            && let Ok(set) =
                state.stacks.find_change_set(&input.change_set_name, Some(&input.stack_name))
            && set.token.as_ref() == Some(token)
        {
            return Ok(json!({ "Id": set.id, "StackId": set.stack_id }));
        }
        let (stack, is_new) = reviewed(&state, &caller, &input.stack_name, is_creation)?;
        let wish = Wish {
            template_body: input.template_body,
            template_url: input.template_url,
            is_previous_template: input.use_previous_template == Some(true),
            parameters: input.parameters,
            capabilities: input.capabilities,
            tags: input.tags,
            role_arn: input.role_arn,
            notification_arns: input.notification_arns,
            takes_expansion: true,
        };
        let aim = wish.aim(&state, source::login(&caller)?, &caller.host, &stack).await?;
        let held = state.stacks.resources(&stack.id)?;
        let changes = begin::changes(&state, &stack, &aim, &held)?;
        let is_empty =
            !is_creation && changes.is_empty() && begin::is_same_beside(&stack.aim, &aim);
        let said = |full: &'static str, empty: &'static str| {
            if is_empty { empty } else { full }.to_owned()
        };
        let set = ChangeSet {
            id: state.stacks.new_change_set_id(&input.change_set_name),
            name: input.change_set_name,
            stack_id: stack.id.clone(),
            stack_name: stack.name.clone(),
            description: input.description,
            is_creation,
            created_at: state.clock.now(),
            status: said("CREATE_COMPLETE", "FAILED"),
            reason: is_empty.then(|| NOTHING.to_owned()),
            execution_status: said("AVAILABLE", "UNAVAILABLE"),
            aim,
            on_failure,
            changes,
            token: input.client_token,
        };
        let answer = json!({ "Id": set.id, "StackId": stack.id });
        if is_new {
            let events = vec![stack_event(&state.stacks, &stack)];
            state.stacks.create(stack, events).await?;
        }
        state.stacks.put_change_set(set, true).await?;
        Ok(answer)
    }
}

/// The stack that is changed, or one that is there for its review only.
fn reviewed(
    state: &State,
    caller: &Caller,
    name: &str,
    is_creation: bool,
) -> Result<(Stack, bool), AwsError> {
    match (state.stacks.find(name), is_creation) {
        (Ok(stack), true) if stack.status == Status::ReviewInProgress => Ok((stack, false)),
        (Ok(stack), true) => Err(StacksError::Exists(stack.name).into()),
        (Ok(stack), false) => {
            begin::takes_update(&stack)?;
            Ok((stack, false))
        }
        (Err(StacksError::NoStack(_)), true) => {
            // Whoever executes it takes its place.
            let principal_arn = caller.identity()?.principal_arn.clone();
            let stack = new_stack(state, name, principal_arn)?;
            Ok((Stack { status: Status::ReviewInProgress, ..stack }, true))
        }
        (Err(error), _) => Err(error.into()),
    }
}
