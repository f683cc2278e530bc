//! DeleteCACertificate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct DeleteCACertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    ca_certificate_id: CertificateId,
}

impl Operation for DeleteCACertificate {
    const NAME: &'static str = "DeleteCACertificate";
    const METHOD_AND_PATH: &'static str = "DELETE /cacertificate/{caCertificateId}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("cacert/{}", input.ca_certificate_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.registry().delete_ca_certificate(&input.ca_certificate_id).await?;
        Ok(Nothing {})
    }
}
