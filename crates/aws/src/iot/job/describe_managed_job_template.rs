//! DescribeManagedJobTemplate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeManagedJobTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: String,
    template_version: Option<String>,
}

impl Operation for DescribeManagedJobTemplate {
    const NAME: &'static str = "DescribeManagedJobTemplate";
    const METHOD_AND_PATH: &'static str = "GET /managed-job-templates/{templateName}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("templateVersion", "templateVersion")];

    type Input = Input;
    type Output = Nothing;

    async fn call(_state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let version = input.template_version.map(|version| format!(" {version}"));
        let (name, version) = (input.template_name, version.unwrap_or_default());
        let message =
            format!("the managed template {name}{version} does not exist: there are none");
        Err(AwsError::not_found(message))
    }
}
