//! DeleteAlias

use std::sync::Arc;

use serde::Deserialize;

use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::{Nothing, Status};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    name: String,
}

impl Operation for DeleteAlias {
    const NAME: &'static str = "DeleteAlias";
    const METHOD_AND_PATH: &'static str =
        "DELETE /2015-03-31/functions/{FunctionName}/aliases/{Name}";

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
        let (function, _) = input.function_name.with(None)?;
        state.functions.blueprints().delete_alias(&function, &input.name).await?;
        Ok(Status(Nothing {}))
    }
}
