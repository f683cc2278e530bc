//! CreateAlias

use std::sync::Arc;

use serde::Deserialize;

use super::alias_shape::{self, AliasOut, Routing};
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Status;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct CreateAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    name: String,
    function_version: String,
    description: Option<String>,
    routing_config: Option<Routing>,
}

impl Operation for CreateAlias {
    const NAME: &'static str = "CreateAlias";
    const METHOD_AND_PATH: &'static str = "POST /2015-03-31/functions/{FunctionName}/aliases";

    type Input = Input;
    type Output = Status<201, AliasOut>;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(
        state: Arc<State>,
        _caller: Caller,
        input: Input,
    ) -> Result<Status<201, AliasOut>, AwsError> {
        let (function, _) = input.function_name.with(None)?;
        let version = Some(input.function_version.as_str());
        let change = alias_shape::change(version, input.description, input.routing_config, None)?;
        let made =
            state.functions.blueprints().create_alias(&function, &input.name, change).await?;
        Ok(Status(AliasOut::of(&state, &function, &input.name, &made)))
    }
}
