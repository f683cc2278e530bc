//! GetRuntimeManagementConfig

use std::sync::Arc;

use blueprints::Qualifier;
use serde::Deserialize;
use serde_json::{Value, json};

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetRuntimeManagementConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
}

impl Operation for GetRuntimeManagementConfig {
    const NAME: &'static str = "GetRuntimeManagementConfig";
    const METHOD_AND_PATH: &'static str =
        "GET /2021-07-20/functions/{FunctionName}/runtime-management-config";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        blueprints.version(&name, qualifier.as_ref())?;
        let arn = blueprints.arn(&name, Some(&Qualifier::or_latest(qualifier.as_ref())));
        // The host's interpreter is what it is.
        Ok(json!({ "UpdateRuntimeOn": "Auto", "FunctionArn": arn }))
    }
}
