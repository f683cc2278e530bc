//! RegisterThing

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct RegisterThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_body: String,
    parameters: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificate_pem: String,
    resource_arns: BTreeMap<String, String>,
}

impl Operation for RegisterThing {
    const NAME: &'static str = "RegisterThing";
    const METHOD_AND_PATH: &'static str = "POST /things";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let parameters = input.parameters.unwrap_or_default();
        let provisioned = state.fleet.register_thing(&input.template_body, &parameters).await?;
        Ok(Output { certificate_pem: provisioned.certificate.pem, resource_arns: provisioned.arns })
    }
}
