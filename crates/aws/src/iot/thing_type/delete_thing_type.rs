//! DeleteThingType

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::ThingTypeName;

#[derive(Debug)]
pub(crate) struct DeleteThingType;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_type_name: ThingTypeName,
}

impl Operation for DeleteThingType {
    const NAME: &'static str = "DeleteThingType";
    const METHOD_AND_PATH: &'static str = "DELETE /thing-types/{thingTypeName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thingtype/{}", input.thing_type_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.delete_thing_type(&input.thing_type_name).await?;
        Ok(Nothing {})
    }
}
