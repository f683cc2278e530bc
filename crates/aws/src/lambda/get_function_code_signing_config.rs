//! GetFunctionCodeSigningConfig

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetFunctionCodeSigningConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
}

impl Operation for GetFunctionCodeSigningConfig {
    const NAME: &'static str = "GetFunctionCodeSigningConfig";
    const METHOD_AND_PATH: &'static str =
        "GET /2020-06-30/functions/{FunctionName}/code-signing-config";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let (name, _) = input.function_name.with(None)?;
        let blueprints = state.functions.blueprints();
        // Code is not signed here, which AWS tells so.
        blueprints.function(&name)?;
        Ok(json!({ "CodeSigningConfigArn": "", "FunctionName": name.as_str() }))
    }
}
