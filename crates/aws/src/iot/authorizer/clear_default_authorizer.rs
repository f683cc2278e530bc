//! ClearDefaultAuthorizer

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ClearDefaultAuthorizer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {}

impl Operation for ClearDefaultAuthorizer {
    const NAME: &'static str = "ClearDefaultAuthorizer";
    const METHOD_AND_PATH: &'static str = "DELETE /default-authorizer";

    type Input = Input;
    type Output = Nothing;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Nothing, AwsError> {
        match state.fleet.registry().clear_default_authorizer().await? {
            true => Ok(Nothing {}),
            false => Err(AwsError::not_found("There is no default authorizer.")),
        }
    }
}
