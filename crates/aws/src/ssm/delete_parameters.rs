//! DeleteParameters

use std::sync::Arc;

use parameters::ParameterName;
use serde::{Deserialize, Serialize};

use super::words::{check_names, of_names};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteParameters;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    names: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    deleted_parameters: Vec<String>,
    invalid_parameters: Vec<String>,
}

impl Operation for DeleteParameters {
    const NAME: &'static str = "DeleteParameters";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_names(&input.names)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_names(&input.names)?;
        let (mut deleted_parameters, mut invalid_parameters) = (Vec::new(), Vec::new());
        for text in input.names {
            let was_there = match ParameterName::new(&text) {
                Ok(name) => state.parameters.delete(&name).await?,
                Err(_) => false,
            };
            let list = if was_there { &mut deleted_parameters } else { &mut invalid_parameters };
            list.push(text);
        }
        Ok(Output { deleted_parameters, invalid_parameters })
    }
}
