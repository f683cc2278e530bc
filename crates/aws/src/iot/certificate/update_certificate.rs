//! UpdateCertificate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::CertificateId;
use registry::UnknownStatus;

#[derive(Debug)]
pub(crate) struct UpdateCertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    certificate_id: CertificateId,
    new_status: String,
}

impl Operation for UpdateCertificate {
    const NAME: &'static str = "UpdateCertificate";
    const METHOD_AND_PATH: &'static str = "PUT /certificates/{certificateId}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("newStatus", "newStatus")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("cert/{}", input.certificate_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let status = input.new_status.parse().map_err(|UnknownStatus(status)| {
            AwsError::invalid_request(format!("newStatus cannot be {status}"))
        })?;
        let now = state.clock.now();
        state.fleet.registry().update_certificate(&input.certificate_id, status, now).await?;
        Ok(Nothing {})
    }
}
