//! GetTemplateSummary

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::cloudformation::about::about;
use crate::cloudformation::begin;
use crate::cloudformation::resource;
use crate::cloudformation::source::{Source, login};
use crate::cloudformation::wish::parse;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetTemplateSummary;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_body: Option<String>,
    #[serde(rename = "TemplateURL")]
    template_url: Option<String>,
    stack_name: Option<String>,
}

impl Operation for GetTemplateSummary {
    const NAME: &'static str = "GetTemplateSummary";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.stack_name.as_deref().map_or_else(|| "*".to_owned(), resource::stack)
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        let stack = input.stack_name.as_deref().map(|name| state.stacks.find(name)).transpose()?;
        let source = Source {
            body: input.template_body,
            url: input.template_url,
            previous: stack.as_ref().map(|stack| &stack.aim),
        };
        let text = source.text(&state, login(&caller)?, &caller.host).await?;
        let template = parse(&text)?;
        let fields = [
            "ParameterKey",
            "DefaultValue",
            "ParameterType",
            "NoEcho",
            "Description",
            "ParameterConstraints",
        ];
        let mut summary = about(&template, &fields);
        summary["ResourceTypes"] = begin::kinds(&template).into();
        summary["Version"] = json!("2010-09-09");
        summary["Metadata"] = template.metadata.as_ref().map(Value::to_string).into();
        Ok(summary)
    }
}
