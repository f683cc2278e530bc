//! DeleteFunctionEventInvokeConfig

use std::sync::Arc;

use serde::Deserialize;

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteFunctionEventInvokeConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
}

impl Operation for DeleteFunctionEventInvokeConfig {
    const NAME: &'static str = "DeleteFunctionEventInvokeConfig";
    const METHOD_AND_PATH: &'static str =
        "DELETE /2019-09-25/functions/{FunctionName}/event-invoke-config";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = Input;
    type Output = Status<204, Nothing>;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<204, Nothing>, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        blueprints.delete_invoke_config(&name, qualifier.as_ref()).await?;
        Ok(Status(Nothing {}))
    }
}
