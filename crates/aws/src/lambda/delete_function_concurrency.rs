//! DeleteFunctionConcurrency

use std::sync::Arc;

use serde::Deserialize;

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteFunctionConcurrency;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
}

impl Operation for DeleteFunctionConcurrency {
    const NAME: &'static str = "DeleteFunctionConcurrency";
    const METHOD_AND_PATH: &'static str = "DELETE /2017-10-31/functions/{FunctionName}/concurrency";

    type Input = Input;
    type Output = Status<204, Nothing>;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<204, Nothing>, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        blueprints.reserve_concurrency(&name, None).await?;
        Ok(Status(Nothing {}))
    }
}
