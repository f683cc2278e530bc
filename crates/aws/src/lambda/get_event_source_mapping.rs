//! GetEventSourceMapping

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::mapping_shape::shown;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetEventSourceMapping;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(rename = "UUID")]
    uuid: String,
}

impl Operation for GetEventSourceMapping {
    const NAME: &'static str = "GetEventSourceMapping";
    const METHOD_AND_PATH: &'static str = "GET /2015-03-31/event-source-mappings/{UUID}";

    type Input = Input;
    type Output = Value;

    fn resource(input: &Input) -> String {
        format!("event-source-mapping:{}", input.uuid)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Value, AwsError> {
        let mapping = state.functions.blueprints().mapping(&input.uuid)?;
        Ok(shown(&state, &mapping, None))
    }
}
