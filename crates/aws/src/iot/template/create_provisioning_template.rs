//! CreateProvisioningTemplate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::role::{passed, role_arn};
use crate::iot::tag::shape::{TagList, tags_of};
use crate::iot::template::shape::{HookShape, check_body, check_description};
use crate::operation::Operation;
use crate::state::State;
use model::TemplateName;
use registry::{NewTemplate, TemplateKind};

#[derive(Debug)]
pub(crate) struct CreateProvisioningTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
    description: Option<String>,
    template_body: String,
    enabled: Option<bool>,
    provisioning_role_arn: String,
    pre_provisioning_hook: Option<HookShape>,
    tags: Option<TagList>,
    r#type: Option<TemplateKind>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    template_arn: String,
    template_name: TemplateName,
    default_version_id: u32,
}

impl Operation for CreateProvisioningTemplate {
    const NAME: &'static str = "CreateProvisioningTemplate";
    const METHOD_AND_PATH: &'static str = "POST /provisioning-templates";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        Some(passed(&input.provisioning_role_arn))
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_description(input.description.as_deref())?;
        check_body(&input.template_body)?;
        let (kind, hook) = (input.r#type.unwrap_or_default(), input.pre_provisioning_hook);
        let new = NewTemplate {
            name: input.template_name,
            kind,
            description: input.description,
            is_enabled: input.enabled.unwrap_or(false),
            role_arn: role_arn(&input.provisioning_role_arn)?.to_owned(),
            hook: hook.map(|hook| hook.read(kind)).transpose()?,
            body: input.template_body,
            tags: tags_of(input.tags)?,
        };
        let registry = state.fleet.registry();
        let created = registry.create_template(new, state.clock.now()).await?;
        Ok(Output {
            template_arn: registry.template_arn(&created.name).to_string(),
            default_version_id: created.default_version,
            template_name: created.name,
        })
    }
}
