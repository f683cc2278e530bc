//! UnlabelParameterVersion

use std::sync::Arc;

use parameters::ParameterName;
use serde::{Deserialize, Serialize};

use super::words::of_name;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UnlabelParameterVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
    parameter_version: u64,
    labels: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    removed_labels: Vec<String>,
    invalid_labels: Vec<String>,
}

impl Operation for UnlabelParameterVersion {
    const NAME: &'static str = "UnlabelParameterVersion";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_name(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, _) = ParameterName::with_selector(&input.name)?;
        let (version, labels) = (input.parameter_version, input.labels);
        let labelled = state.parameters.unlabel(&name, version, labels).await?;
        Ok(Output { removed_labels: labelled.done, invalid_labels: labelled.invalid })
    }
}
