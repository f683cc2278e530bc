//! CreateProvisioningTemplateVersion

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::template::shape::check_body;
use crate::operation::Operation;
use crate::state::State;
use model::TemplateName;

#[derive(Debug)]
pub(crate) struct CreateProvisioningTemplateVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
    template_body: String,
    #[serde(default, deserialize_with = "from_text")]
    set_as_default: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    template_arn: String,
    template_name: TemplateName,
    version_id: u32,
    is_default_version: bool,
}

impl Operation for CreateProvisioningTemplateVersion {
    const NAME: &'static str = "CreateProvisioningTemplateVersion";
    const METHOD_AND_PATH: &'static str = "POST /provisioning-templates/{templateName}/versions";
    const QUERY: &'static [(&'static str, &'static str)] = &[("setAsDefault", "setAsDefault")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_body(&input.template_body)?;
        let (name, body) = (&input.template_name, &input.template_body);
        let set_as_default = input.set_as_default.unwrap_or(false);
        let (registry, now) = (state.fleet.registry(), state.clock.now());
        let template = registry.create_template_version(name, body, set_as_default, now).await?;
        let version_id = template.versions.last().map_or(template.default_version, |v| v.number);
        Ok(Output {
            template_arn: registry.template_arn(name).to_string(),
            template_name: input.template_name,
            version_id,
            is_default_version: version_id == template.default_version,
        })
    }
}
