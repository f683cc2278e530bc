//! CreateKeysAndCertificate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::certificate::keys::KeyPair;
use crate::iot::certificate::shape::issue;
use crate::operation::Operation;
use crate::state::State;
use model::CertificateId;
use pki::KeyKind;

#[derive(Debug)]
pub(crate) struct CreateKeysAndCertificate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default, deserialize_with = "from_text")]
    set_as_active: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_arn: String,
    certificate_id: CertificateId,
    certificate_pem: String,
    key_pair: KeyPair,
}

impl Operation for CreateKeysAndCertificate {
    const NAME: &'static str = "CreateKeysAndCertificate";
    const METHOD_AND_PATH: &'static str = "POST /keys-and-certificate";
    const QUERY: &'static [(&'static str, &'static str)] = &[("setAsActive", "setAsActive")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let is_active = input.set_as_active.unwrap_or(false);
        let issued = issue(&state, KeyKind::Rsa2048).await?;
        let made = state.fleet.register_issued(issued, is_active).await?;
        let keys = made.keys.ok_or_else(|| AwsError::internal("the key was not kept"))?;
        Ok(Output {
            certificate_arn: made.arn.to_string(),
            certificate_id: made.certificate.id,
            certificate_pem: made.certificate.pem,
            key_pair: KeyPair {
                public_key: keys.public_key_pem,
                private_key: keys.private_key_pem,
            },
        })
    }
}
