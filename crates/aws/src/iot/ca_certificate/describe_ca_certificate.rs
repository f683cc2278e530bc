//! DescribeCACertificate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::ca_certificate::shape::{Config, Description};
use crate::operation::Operation;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct DescribeCACertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    ca_certificate_id: CertificateId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_description: Description,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_config: Option<Config>,
}

impl Operation for DescribeCACertificate {
    const NAME: &'static str = "DescribeCACertificate";
    const METHOD_AND_PATH: &'static str = "GET /cacertificate/{caCertificateId}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("cacert/{}", input.ca_certificate_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = state.fleet.registry().ca_certificate(&input.ca_certificate_id)?;
        let missing = || {
            AwsError::not_found(format!(
                "CA certificate {} cannot be found.",
                input.ca_certificate_id
            ))
        };
        let found = found.ok_or_else(missing)?;
        Ok(Output {
            certificate_description: Description::of(&state, &found)?,
            registration_config: found
                .registration
                .has_template()
                .then(|| Config::of(found.registration)),
        })
    }
}
