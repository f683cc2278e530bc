//! Hooks: functions that are asked before a device is provisioned, and may say no, or other parameters.

use std::collections::BTreeMap;

use bytes::Bytes;
use model::{CertificateId, Principal, TemplateName};
use registry::Hook;
use serde::Deserialize;
use serde_json::json;

use crate::fleet::Fleet;
use crate::invoke::NotInvoked;
use crate::letter::Writer;
use crate::provisioning::error::ProvisionError;

/// Why a hook did not say what to do.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    #[error("the hook of the template cannot be asked: {0}")]
    NotInvoked(#[from] NotInvoked),
    #[error("the hook of the template answered what is no answer of a hook: {what}")]
    Answer { what: String },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    allow_provisioning: bool,
    parameter_overrides: Option<BTreeMap<String, String>>,
}

impl Fleet {
    /// Asks a hook about a device, and takes over the parameters that it gives.
    pub(crate) async fn ask_hook(
        &self,
        hook: &Hook,
        template: &TemplateName,
        id: &CertificateId,
        writer: &Writer,
        parameters: &mut BTreeMap<String, String>,
    ) -> Result<(), ProvisionError> {
        let missing = || ProvisionError::CertificateNotFound { id: id.clone() };
        let certificate = self.registry().certificate(id)?.ok_or_else(missing)?;
        let template_arn = self.registry().template_arn(template).to_string();
        let mut event = json!({
            "certificateId": id,
            "certificatePem": certificate.pem,
            "templateArn": template_arn,
            "parameters": parameters,
        });
        if let Principal::Certificate(claim) = &writer.principal {
            event["claimCertificateId"] = json!(claim);
        }
        if let Some(client_id) = &writer.client_id {
            event["clientId"] = json!(client_id);
        }
        let asked = Bytes::from(event.to_string());
        let asked = self.0.invoke.invoke(&hook.function_arn, &template_arn, asked).await;
        let answer: Answer = serde_json::from_slice(&asked.map_err(HookError::from)?)
            .map_err(|error| HookError::Answer { what: error.to_string() })?;
        if !answer.allow_provisioning {
            return Err(ProvisionError::HookRefused);
        }
        let overrides = answer.parameter_overrides.unwrap_or_default();
        // The certificate is the one that the device proved to have.
        parameters.extend(overrides.into_iter().filter(|(name, _)| !name.starts_with("AWS::")));
        Ok(())
    }
}
