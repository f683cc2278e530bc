//! CreateProvisioningClaim

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::certificate::keys::KeyPair;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::{CertificateId, TemplateName};

#[derive(Debug)]
pub(crate) struct CreateProvisioningClaim;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_id: CertificateId,
    certificate_pem: String,
    key_pair: KeyPair,
    expiration: f64,
}

impl Operation for CreateProvisioningClaim {
    const NAME: &'static str = "CreateProvisioningClaim";
    const METHOD_AND_PATH: &'static str =
        "POST /provisioning-templates/{templateName}/provisioning-claim";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let fleet = state.fleet.clone();
        let issued = tokio::task::spawn_blocking(move || fleet.issue_claim()).await;
        let issued = issued.map_err(|error| AwsError::internal(error.to_string()))??;
        let keys = issued.keys.clone();
        let keys = keys.ok_or_else(|| AwsError::internal("the claim has no keys"))?;
        let registered = state.fleet.register_claim(&input.template_name, issued).await?;
        let expires_at = pki::describe_pem(&registered.certificate.pem)?.not_after;
        Ok(Output {
            certificate_id: registered.certificate.id,
            certificate_pem: registered.certificate.pem,
            key_pair: KeyPair {
                public_key: keys.public_key_pem,
                private_key: keys.private_key_pem,
            },
            expiration: seconds(expires_at),
        })
    }
}
