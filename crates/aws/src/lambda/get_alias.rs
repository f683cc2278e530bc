//! GetAlias

use std::sync::Arc;

use serde::Deserialize;

use super::alias_shape::AliasOut;
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    name: String,
}

impl Operation for GetAlias {
    const NAME: &'static str = "GetAlias";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/functions/{FunctionName}/aliases/{Name}";

    type Input = Input;
    type Output = AliasOut;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<AliasOut, AwsError> {
        let (function, _) = input.function_name.with(None)?;
        let alias = state.functions.blueprints().alias(&function, &input.name)?;
        Ok(AliasOut::of(&state, &function, &input.name, &alias))
    }
}
