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
        let aim = match (&input.change_set_name, &input.stack_name) {
            (Some(set), stack) => state.stacks.find_change_set(set, stack.as_deref())?.aim,
            (None, Some(stack)) => state.stacks.find(stack)?.aim,
            (None, None) => return Err(AwsError::validation("StackName is needed")),
        };
        let stage = input.template_stage.as_deref();
        if !matches!(stage, None | Some("Original" | "Processed")) {
            return Err(AwsError::validation("TemplateStage is Original or Processed"));
        }
        let text = match stage {
            Some("Processed") => aim.template,
            _ => aim.original.unwrap_or(aim.template),
        };
        Ok(json!({ "TemplateBody": text, "StagesAvailable": ["Original", "Processed"] }))
    }
}
