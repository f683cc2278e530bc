//! ValidateTemplate

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::caller::Caller;
use crate::cloudformation::about::about;
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

    async fn call(_state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let text = input.template_body.filter(|_| input.template_url.is_none());
        let text = text.ok_or_else(|| {
            AwsError::validation("TemplateBody is needed; TemplateURL is not served")
        })?;
        Ok(about(&parse(&text)?, &["ParameterKey", "DefaultValue", "NoEcho", "Description"]))
    }
}
