//! UpdateThingType

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::thing_type::shape::Properties;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::ThingTypeName;
use registry::ThingTypeUpdate;

#[derive(Debug)]
pub(crate) struct UpdateThingType;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_type_name: ThingTypeName,
    thing_type_properties: Option<Properties>,
}

impl Operation for UpdateThingType {
    const NAME: &'static str = "UpdateThingType";
    const METHOD_AND_PATH: &'static str = "PATCH /thing-types/{thingTypeName}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thingtype/{}", input.thing_type_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let properties = input.thing_type_properties.unwrap_or_default();
        let update = ThingTypeUpdate {
            description: properties.thing_type_description,
            searchable_attributes: properties.searchable_attributes,
        };
        state.fleet.update_thing_type(&input.thing_type_name, &update).await?;
        Ok(Nothing {})
    }
}
