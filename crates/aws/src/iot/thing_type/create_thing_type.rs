//! CreateThingType

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::tag::shape::{TagList, tags_of};
use crate::iot::thing_type::shape::Properties;
use crate::operation::Operation;
use crate::state::State;
use fleet::thing_type_id;
use model::ThingTypeName;
use registry::NewThingType;

#[derive(Debug)]
pub(crate) struct CreateThingType;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_type_name: ThingTypeName,
    thing_type_properties: Option<Properties>,
    tags: Option<TagList>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_type_name: ThingTypeName,
    thing_type_arn: String,
    thing_type_id: String,
}

impl Operation for CreateThingType {
    const NAME: &'static str = "CreateThingType";
    const METHOD_AND_PATH: &'static str = "POST /thing-types/{thingTypeName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thingtype/{}", input.thing_type_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let properties = input.thing_type_properties.unwrap_or_default();
        let new = NewThingType {
            name: input.thing_type_name,
            description: properties.thing_type_description,
            searchable_attributes: properties.searchable_attributes.unwrap_or_default(),
            tags: tags_of(input.tags)?,
        };
        let created = state.fleet.create_thing_type(new).await?;
        Ok(Output {
            thing_type_arn: state.fleet.registry().thing_type_arn(&created.name).to_string(),
            thing_type_id: thing_type_id(&created.name),
            thing_type_name: created.name,
        })
    }
}
