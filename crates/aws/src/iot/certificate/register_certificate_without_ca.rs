//! RegisterCertificateWithoutCA

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::certificate::status::status_of;
use crate::operation::Operation;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct RegisterCertificateWithoutCA;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    certificate_pem: String,
    status: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_arn: String,
    certificate_id: CertificateId,
}

impl Operation for RegisterCertificateWithoutCA {
    const NAME: &'static str = "RegisterCertificateWithoutCA";
    const METHOD_AND_PATH: &'static str = "POST /certificate/register-no-ca";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let status = status_of(input.status.as_deref(), None)?;
        let registered = state.fleet.register_certificate(&input.certificate_pem, status).await?;
        Ok(Output {
            certificate_arn: registered.arn.to_string(),
            certificate_id: registered.certificate.id,
        })
    }
}
