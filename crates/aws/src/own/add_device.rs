//! AddDevice: a thing, its certificate and its policy in one call.

use std::sync::Arc;

use fleet::NewDevice;
use model::ThingName;
use pki::KeyKind;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::issue;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct AddDevice;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: ThingName,
    policy_document: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    name: ThingName,
    policy: String,
    certificate_id: String,
    certificate_pem: String,
    private_key: String,
    root_certificate_pem: String,
}

impl Operation for AddDevice {
    const NAME: &'static str = "AddDevice";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        // An RSA key, as AWS gives: the only kind that some firmware reads.
        let issued = issue(&state, KeyKind::Rsa2048).await?;
        let document = input.policy_document;
        let added =
            state.fleet.add_device(NewDevice { name: input.name, document, issued }).await?;
        let keys = added.keys.ok_or_else(|| AwsError::internal("the key was not kept"))?;
        Ok(Output {
            name: added.thing.name,
            policy: added.policy.to_string(),
            certificate_id: added.certificate_id.to_string(),
            certificate_pem: added.certificate_pem,
            private_key: keys.private_key_pem,
            root_certificate_pem: added.root_certificate_pem,
        })
    }
}
