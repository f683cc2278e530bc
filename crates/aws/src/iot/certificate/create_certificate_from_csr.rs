//! CreateCertificateFromCsr

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct CreateCertificateFromCsr;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    certificate_signing_request: String,
    #[serde(default, deserialize_with = "from_text")]
    set_as_active: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_arn: String,
    certificate_id: CertificateId,
    certificate_pem: String,
}

impl Operation for CreateCertificateFromCsr {
    const NAME: &'static str = "CreateCertificateFromCsr";
    const METHOD_AND_PATH: &'static str = "POST /certificates";
    const QUERY: &'static [(&'static str, &'static str)] = &[("setAsActive", "setAsActive")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let is_active = input.set_as_active.unwrap_or(false);
        let request = &input.certificate_signing_request;
        let made = state.fleet.create_certificate_from_csr(request, is_active).await?;
        Ok(Output {
            certificate_arn: made.arn.to_string(),
            certificate_id: made.certificate.id,
            certificate_pem: made.certificate.pem,
        })
    }
}
