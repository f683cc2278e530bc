//! UpdateThing

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::thing::shape::AttributePayload;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::{ThingName, ThingTypeName};
use registry::ThingUpdate;

#[derive(Debug)]
pub(crate) struct UpdateThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    thing_type_name: Option<ThingTypeName>,
    attribute_payload: Option<AttributePayload>,
    expected_version: Option<u64>,
    remove_thing_type: Option<bool>,
}

impl Operation for UpdateThing {
    const NAME: &'static str = "UpdateThing";
    const METHOD_AND_PATH: &'static str = "PATCH /things/{thingName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let payload = input.attribute_payload.unwrap_or_default();
        let update = ThingUpdate {
            attributes: payload.attributes,
            merge: payload.merge.unwrap_or(false),
            type_name: input.thing_type_name,
            remove_type: input.remove_thing_type.unwrap_or(false),
            expected_version: input.expected_version,
        };
        state.fleet.update_thing(&input.thing_name, &update).await?;
        Ok(Nothing {})
    }
}
