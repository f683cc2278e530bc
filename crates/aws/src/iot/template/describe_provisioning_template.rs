//! DescribeProvisioningTemplate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::seconds;
use crate::iot::template::shape::{HookShape, find};
use crate::operation::Operation;
use crate::state::State;
use model::TemplateName;
use registry::TemplateKind;

#[derive(Debug)]
pub(crate) struct DescribeProvisioningTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    template_arn: String,
    template_name: TemplateName,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    creation_date: f64,
    last_modified_date: f64,
    default_version_id: u32,
    template_body: String,
    enabled: bool,
    provisioning_role_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pre_provisioning_hook: Option<HookShape>,
    r#type: TemplateKind,
}

impl Operation for DescribeProvisioningTemplate {
    const NAME: &'static str = "DescribeProvisioningTemplate";
    const METHOD_AND_PATH: &'static str = "GET /provisioning-templates/{templateName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = find(&state, &input.template_name)?;
        Ok(Output {
            template_arn: state.fleet.registry().template_arn(&found.name).to_string(),
            creation_date: seconds(found.created_at),
            last_modified_date: seconds(found.modified_at),
            default_version_id: found.default_version,
            template_body: found.default().body.clone(),
            enabled: found.is_enabled,
            provisioning_role_arn: found.role_arn,
            pre_provisioning_hook: found.hook.map(HookShape::of),
            r#type: found.kind,
            description: found.description,
            template_name: found.name,
        })
    }
}
