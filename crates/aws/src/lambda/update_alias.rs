//! UpdateAlias

use std::sync::Arc;

use serde::Deserialize;

use super::alias_shape::{self, AliasOut, Routing};
use super::words::FunctionRef;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct UpdateAlias;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    name: String,
    function_version: Option<String>,
    description: Option<String>,
    routing_config: Option<Routing>,
    revision_id: Option<String>,
}

impl Operation for UpdateAlias {
    const NAME: &'static str = "UpdateAlias";
    const METHOD_AND_PATH: &'static str = "PUT /2015-03-31/functions/{FunctionName}/aliases/{Name}";

    type Input = Input;
    type Output = AliasOut;

    fn resource(input: &Input) -> String {
        input.function_name.resource(None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<AliasOut, AwsError> {
        let (function, _) = input.function_name.with(None)?;
        let version = input.function_version.as_deref();
        let (routing, revision) = (input.routing_config, input.revision_id);
        let change = alias_shape::change(version, input.description, routing, revision)?;
        let made =
            state.functions.blueprints().update_alias(&function, &input.name, change).await?;
        Ok(AliasOut::of(&state, &function, &input.name, &made))
    }
}
