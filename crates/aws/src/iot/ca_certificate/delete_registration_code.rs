//! DeleteRegistrationCode

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteRegistrationCode;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

impl Operation for DeleteRegistrationCode {
    const NAME: &'static str = "DeleteRegistrationCode";
    const METHOD_AND_PATH: &'static str = "DELETE /registrationcode";

    type Input = Input;
    type Output = Nothing;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Nothing, AwsError> {
        match state.fleet.registry().delete_registration_code().await? {
            true => Ok(Nothing {}),
            false => Err(AwsError::not_found("There is no registration code.")),
        }
    }
}
