//! DeleteProvisioningTemplateVersion

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::template::shape::version_number;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::TemplateName;

#[derive(Debug)]
pub(crate) struct DeleteProvisioningTemplateVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
    #[serde(deserialize_with = "version_number")]
    version_id: u32,
}

impl Operation for DeleteProvisioningTemplateVersion {
    const NAME: &'static str = "DeleteProvisioningTemplateVersion";
    const METHOD_AND_PATH: &'static str =
        "DELETE /provisioning-templates/{templateName}/versions/{versionId}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (name, number, now) = (&input.template_name, input.version_id, state.clock.now());
        state.fleet.registry().delete_template_version(name, number, now).await?;
        Ok(Nothing {})
    }
}
