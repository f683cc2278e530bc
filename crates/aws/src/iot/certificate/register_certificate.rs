//! RegisterCertificate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::certificate::status::status_of;
use crate::operation::Operation;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct RegisterCertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    certificate_pem: String,
    ca_certificate_pem: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    set_as_active: Option<bool>,
    status: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_arn: String,
    certificate_id: CertificateId,
}

impl Operation for RegisterCertificate {
    const NAME: &'static str = "RegisterCertificate";
    const METHOD_AND_PATH: &'static str = "POST /certificate/register";
    const QUERY: &'static [(&'static str, &'static str)] = &[("setAsActive", "setAsActive")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let status = status_of(input.status.as_deref(), input.set_as_active)?;
        let (pem, authority) = (&input.certificate_pem, input.ca_certificate_pem.as_deref());
        let registered = state.fleet.register_signed_certificate(pem, authority, status).await?;
        Ok(Output {
            certificate_arn: registered.arn.to_string(),
            certificate_id: registered.certificate.id,
        })
    }
}
