//! GetParameter

use std::sync::Arc;

use parameters::ParameterName;
use serde::{Deserialize, Serialize};

use super::words::{Shown, of_name};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetParameter;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
    #[serde(default)]
    with_decryption: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    parameter: Shown,
}

impl Operation for GetParameter {
    const NAME: &'static str = "GetParameter";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_name(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, selector) = ParameterName::with_selector(&input.name)?;
        let parameter = state.parameters.get(&name, &selector, input.with_decryption)?;
        Ok(Output { parameter: Shown::of(&state, parameter, &selector) })
    }
}
