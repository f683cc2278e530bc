//! LabelParameterVersion

use std::sync::Arc;

use parameters::ParameterName;
use serde::{Deserialize, Serialize};

use super::words::of_name;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct LabelParameterVersion;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name: String,
    parameter_version: Option<u64>,
    labels: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    invalid_labels: Vec<String>,
    parameter_version: u64,
}

impl Operation for LabelParameterVersion {
    const NAME: &'static str = "LabelParameterVersion";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        of_name(&input.name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, _) = ParameterName::with_selector(&input.name)?;
        let (version, labels) = (input.parameter_version, input.labels);
        let labelled = state.parameters.label(&name, version, labels).await?;
        Ok(Output { invalid_labels: labelled.invalid, parameter_version: labelled.version })
    }
}
