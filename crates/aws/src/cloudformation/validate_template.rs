//! ValidateTemplate

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::caller::Caller;
use crate::cloudformation::about::about;
use crate::cloudformation::source::{Source, login};
use crate::cloudformation::wish::parse;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ValidateTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_body: Option<String>,
    #[serde(rename = "TemplateURL")]
    template_url: Option<String>,
}

impl Operation for ValidateTemplate {
    const NAME: &'static str = "ValidateTemplate";

    type Input = Input;
    type Output = Value;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Value, AwsError> {
        let source = Source { body: input.template_body, url: input.template_url, previous: None };
        let text = source.text(&state, login(&caller)?, &caller.host).await?;
        Ok(about(&parse(&text)?, &["ParameterKey", "DefaultValue", "NoEcho", "Description"]))
    }
}
