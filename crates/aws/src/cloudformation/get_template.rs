//! GetTemplate

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::resource;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    stack_name: Option<String>,
    change_set_name: Option<String>,
    template_stage: Option<String>,
}

impl Operation for GetTemplate {
    const NAME: &'static str = "GetTemplate";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.stack_name.as_deref().map_or_else(|| "*".to_owned(), resource::stack)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let text = match (&input.change_set_name, &input.stack_name) {
            (Some(set), stack) => state.stacks.find_change_set(set, stack.as_deref())?.aim.template,
            (None, Some(stack)) => state.stacks.find(stack)?.aim.template,
            (None, None) => return Err(AwsError::validation("StackName is needed")),
        };
        let stage = input.template_stage.as_deref();
        if !matches!(stage, None | Some("Original" | "Processed")) {
            return Err(AwsError::validation("TemplateStage is Original or Processed"));
        }
        Ok(json!({ "TemplateBody": text, "StagesAvailable": ["Original", "Processed"] }))
    }
}
