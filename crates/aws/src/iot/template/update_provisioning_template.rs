//! UpdateProvisioningTemplate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::role::{passed, role_arn};
use crate::iot::template::shape::{HookShape, check_description, find};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::TemplateName;
use registry::TemplateUpdate;

#[derive(Debug)]
pub(crate) struct UpdateProvisioningTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
    description: Option<String>,
    enabled: Option<bool>,
    default_version_id: Option<u32>,
    provisioning_role_arn: Option<String>,
    pre_provisioning_hook: Option<HookShape>,
    remove_pre_provisioning_hook: Option<bool>,
}

impl Operation for UpdateProvisioningTemplate {
    const NAME: &'static str = "UpdateProvisioningTemplate";
    const METHOD_AND_PATH: &'static str = "PATCH /provisioning-templates/{templateName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.provisioning_role_arn.as_deref().map(passed)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        check_description(input.description.as_deref())?;
        let role = input.provisioning_role_arn.as_deref().map(role_arn).transpose()?;
        let hook = match (input.pre_provisioning_hook, input.remove_pre_provisioning_hook) {
            (Some(_), Some(true)) => {
                let message =
                    "preProvisioningHook and removePreProvisioningHook exclude each other";
                return Err(AwsError::invalid_request(message));
            }
            (Some(hook), _) => Some(Some(hook.read(find(&state, &input.template_name)?.kind)?)),
            (None, Some(true)) => Some(None),
            (None, _) => None,
        };
        let update = TemplateUpdate {
            hook,
            is_enabled: input.enabled,
            role_arn: role.map(str::to_owned),
            default_version: input.default_version_id,
            description: input.description,
        };
        let (name, now) = (&input.template_name, state.clock.now());
        state.fleet.registry().update_template(name, &update, now).await?;
        Ok(Nothing {})
    }
}
