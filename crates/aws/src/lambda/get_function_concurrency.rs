//! GetFunctionConcurrency

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetFunctionConcurrency;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
}

impl Operation for GetFunctionConcurrency {
    const NAME: &'static str = "GetFunctionConcurrency";
    const METHOD_AND_PATH: &'static str = "GET /2019-09-30/functions/{FunctionName}/concurrency";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        Ok(match blueprints.function(&name)?.reserved_concurrency {
            Some(reserved) => json!({ "ReservedConcurrentExecutions": reserved }),
            None => json!({}),
        })
    }
}
