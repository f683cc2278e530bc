//! GetFunctionConfiguration

use std::sync::Arc;

use serde::Deserialize;

use super::shape::Configuration;
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetFunctionConfiguration;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
}

impl Operation for GetFunctionConfiguration {
    const NAME: &'static str = "GetFunctionConfiguration";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/functions/{FunctionName}/configuration";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];

    type Input = Input;
    type Output = Configuration;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Configuration, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        let blueprints = state.functions.blueprints();
        let (function, version) = blueprints.version(&name, qualifier.as_ref())?;
        Configuration::of(&state, &function, &version, qualifier.as_ref())
    }
}
