//! DeprecateThingType

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::ThingTypeName;

#[derive(Debug)]
pub(crate) struct DeprecateThingType;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_type_name: ThingTypeName,
    undo_deprecate: Option<bool>,
}

impl Operation for DeprecateThingType {
    const NAME: &'static str = "DeprecateThingType";
    const METHOD_AND_PATH: &'static str = "POST /thing-types/{thingTypeName}/deprecate";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thingtype/{}", input.thing_type_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let undo = input.undo_deprecate.unwrap_or(false);
        state.fleet.deprecate_thing_type(&input.thing_type_name, undo).await?;
        Ok(Nothing {})
    }
}
