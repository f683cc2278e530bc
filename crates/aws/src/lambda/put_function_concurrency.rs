//! PutFunctionConcurrency

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::concurrency::{self, CONCURRENCY, UNRESERVED_MIN};
use super::words::{FunctionRef, invalid};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutFunctionConcurrency;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    reserved_concurrent_executions: u32,
}

impl Operation for PutFunctionConcurrency {
    const NAME: &'static str = "PutFunctionConcurrency";
    const METHOD_AND_PATH: &'static str = "PUT /2017-10-31/functions/{FunctionName}/concurrency";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        let reserved = input.reserved_concurrent_executions;
        let others = concurrency::reserved_beside(blueprints, &name)?;
        if u64::from(reserved) + others > u64::from(CONCURRENCY - UNRESERVED_MIN) {
            return Err(invalid(format!(
                "Specified ReservedConcurrentExecutions for function decreases account's \
                 UnreservedConcurrentExecution below its minimum value of [{UNRESERVED_MIN}]."
            )));
        }
        blueprints.reserve_concurrency(&name, Some(reserved)).await?;
        Ok(json!({ "ReservedConcurrentExecutions": reserved }))
    }
}
