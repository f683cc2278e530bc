//! DeleteParameter

use std::sync::Arc;

use parameters::{ParameterError, ParameterName};
use serde::Deserialize;

use super::words::of_name;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteParameter;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
}

impl Operation for DeleteParameter {
    const NAME: &'static str = "DeleteParameter";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        of_name(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (name, _) = ParameterName::with_selector(&input.name)?;
        match state.parameters.delete(&name).await? {
            true => Ok(Nothing {}),
            false => Err(ParameterError::NotFound { name: input.name }.into()),
        }
    }
}
