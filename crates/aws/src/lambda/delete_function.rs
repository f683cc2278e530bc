//! DeleteFunction

use std::sync::Arc;

use serde::Deserialize;

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteFunction;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
}

impl Operation for DeleteFunction {
    const NAME: &'static str = "DeleteFunction";
    const METHOD_AND_PATH: &'static str = "DELETE /2015-03-31/functions/{FunctionName}";
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
        blueprints.delete(&name, qualifier.as_ref()).await?;
        state.functions.deleted(&name).await;
        Ok(Status(Nothing {}))
    }
}
