//! DeleteProvisioningTemplate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::TemplateName;

#[derive(Debug)]
pub(crate) struct DeleteProvisioningTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
}

impl Operation for DeleteProvisioningTemplate {
    const NAME: &'static str = "DeleteProvisioningTemplate";
    const METHOD_AND_PATH: &'static str = "DELETE /provisioning-templates/{templateName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.registry().delete_template(&input.template_name).await?;
        Ok(Nothing {})
    }
}
