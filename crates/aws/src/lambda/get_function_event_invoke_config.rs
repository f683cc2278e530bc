//! GetFunctionEventInvokeConfig

use std::sync::Arc;

use blueprints::Qualifier;
use serde::Deserialize;

use super::invoke_config_shape::InvokeConfigOut;
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetFunctionEventInvokeConfig;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
}

impl Operation for GetFunctionEventInvokeConfig {
    const NAME: &'static str = "GetFunctionEventInvokeConfig";
    const METHOD_AND_PATH: &'static str =
        "GET /2019-09-25/functions/{FunctionName}/event-invoke-config";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = Input;
    type Output = InvokeConfigOut;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<InvokeConfigOut, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        let config = blueprints.invoke_config(&name, qualifier.as_ref())?;
        let qualifier = Qualifier::or_latest(qualifier.as_ref());
        Ok(InvokeConfigOut::of(&state, &name, &qualifier, config))
    }
}
