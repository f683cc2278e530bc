//! GetRegistrationCode

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetRegistrationCode;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    registration_code: String,
}

impl Operation for GetRegistrationCode {
    const NAME: &'static str = "GetRegistrationCode";
    const METHOD_AND_PATH: &'static str = "GET /registrationcode";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        Ok(Output { registration_code: state.fleet.registration_code().await? })
    }
}
