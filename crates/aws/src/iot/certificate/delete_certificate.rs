//! DeleteCertificate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct DeleteCertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    certificate_id: CertificateId,
    #[serde(default, deserialize_with = "from_text")]
    force_delete: Option<bool>,
}

impl Operation for DeleteCertificate {
    const NAME: &'static str = "DeleteCertificate";
    const METHOD_AND_PATH: &'static str = "DELETE /certificates/{certificateId}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("forceDelete", "forceDelete")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("cert/{}", input.certificate_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let force = input.force_delete.unwrap_or(false);
        state.fleet.registry().delete_certificate(&input.certificate_id, force).await?;
        Ok(Nothing {})
    }
}
