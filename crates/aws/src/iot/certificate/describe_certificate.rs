//! DescribeCertificate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::certificate::shape::Description;
use crate::operation::Operation;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct DescribeCertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    certificate_id: CertificateId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_description: Description,
}

impl Operation for DescribeCertificate {
    const NAME: &'static str = "DescribeCertificate";
    const METHOD_AND_PATH: &'static str = "GET /certificates/{certificateId}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("cert/{}", input.certificate_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = state.fleet.describe_certificate(&input.certificate_id)?;
        Ok(Output { certificate_description: Description::of(&state, found) })
    }
}
