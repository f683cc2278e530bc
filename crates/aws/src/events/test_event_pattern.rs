//! TestEventPattern

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TestEventPattern;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    event_pattern: String,
    event: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    result: bool,
}

impl Operation for TestEventPattern {
    const NAME: &'static str = "TestEventPattern";

    type Input = Input;
    type Output = Output;

    async fn call(_state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let result = schedules::test_pattern(&input.event_pattern, &input.event)?;
        Ok(Output { result })
    }
}
