//! GetParameters

use std::sync::Arc;

use parameters::{ParameterError, ParameterName};
use serde::{Deserialize, Serialize};

use super::words::{Shown, check_names, of_names};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetParameters;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    parameters: Vec<Shown>,
    invalid_parameters: Vec<String>,
}

impl Operation for GetParameters {
    const NAME: &'static str = "GetParameters";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_names(&input.names)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_names(&input.names)?;
        let (mut parameters, mut invalid_parameters) = (Vec::new(), Vec::new());
        for text in input.names {
            let found = ParameterName::with_selector(&text).and_then(|(name, selector)| {
                let found = state.parameters.get(&name, &selector, input.with_decryption)?;
                Ok((found, selector))
            });
            match found {
                Ok((parameter, selector)) => {
                    parameters.push(Shown::of(&state, parameter, &selector));
                }
                Err(ParameterError::NotFound { .. } | ParameterError::VersionNotFound { .. }) => {
                    invalid_parameters.push(text);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Output { parameters, invalid_parameters })
    }
}
