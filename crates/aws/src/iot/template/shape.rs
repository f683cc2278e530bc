//! What the operations on provisioning templates share.

use model::TemplateName;
use registry::{Hook, Template, TemplateKind};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::AwsError;
use crate::state::State;

const DESCRIPTION_CHARACTERS_MAX: usize = 500;
/// The one form that there is of what a hook is asked.
const HOOK_VERSION: &str = "2020-04-01";

pub(crate) fn find(state: &State, name: &TemplateName) -> Result<Template, AwsError> {
    let found = state.fleet.registry().template(name)?;
    let missing = || AwsError::not_found(format!("Provisioning template {name} cannot be found."));
    found.ok_or_else(missing)
}

pub(crate) fn version_not_found(name: &TemplateName, number: u32) -> AwsError {
    AwsError::not_found(format!("Provisioning template {name} has no version {number}."))
}

pub(crate) fn check_description(text: Option<&str>) -> Result<(), AwsError> {
    let text = text.unwrap_or_default();
    let fits = text.chars().count() <= DESCRIPTION_CHARACTERS_MAX;
    match fits && !text.chars().any(char::is_control) {
        true => Ok(()),
        false => Err(AwsError::invalid_request(format!(
            "description has at most {DESCRIPTION_CHARACTERS_MAX} characters that can be printed"
        ))),
    }
}

/// A function that is asked before a device is provisioned, as operations take and show it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HookShape {
    payload_version: Option<String>,
    target_arn: String,
}

impl HookShape {
    pub(crate) fn of(hook: Hook) -> HookShape {
        let Hook { function_arn, payload_version } = hook;
        HookShape { payload_version: Some(payload_version), target_arn: function_arn }
    }

    /// Only templates that devices ask for may have one.
    pub(crate) fn read(self, of: TemplateKind) -> Result<Hook, AwsError> {
        if of != TemplateKind::FleetProvisioning {
            let message =
                "only a template of type FLEET_PROVISIONING can have a preProvisioningHook";
            return Err(AwsError::invalid_request(message));
        }
        let payload_version = self.payload_version.unwrap_or_else(|| HOOK_VERSION.to_owned());
        if payload_version != HOOK_VERSION {
            let message = format!("payloadVersion is {HOOK_VERSION}, not {payload_version:?}");
            return Err(AwsError::invalid_request(message));
        }
        if blueprints::function_of(&self.target_arn).is_none() {
            let message = format!("targetArn {:?} is not the ARN of a function", self.target_arn);
            return Err(AwsError::invalid_request(message));
        }
        Ok(Hook { function_arn: self.target_arn, payload_version })
    }
}

/// A number that stands in the path, as text.
pub(crate) fn version_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format!("versionId {text:?} is not a number")))
}

/// A body that is not understood is refused before it is stored.
pub(crate) fn check_body(body: &str) -> Result<(), AwsError> {
    fleet::Template::parse(body)?;
    Ok(())
}
