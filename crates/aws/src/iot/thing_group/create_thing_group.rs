//! CreateThingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::tag::shape::{TagList, tags_of};
use crate::iot::thing_group::shape::Properties;
use crate::operation::Operation;
use crate::state::State;
use fleet::thing_group_id;
use model::ThingGroupName;
use registry::NewThingGroup;

#[derive(Debug)]
pub(crate) struct CreateThingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_group_name: ThingGroupName,
    parent_group_name: Option<ThingGroupName>,
    thing_group_properties: Option<Properties>,
    tags: Option<TagList>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_group_name: ThingGroupName,
    thing_group_arn: String,
    thing_group_id: String,
}

impl Operation for CreateThingGroup {
    const NAME: &'static str = "CreateThingGroup";
    const METHOD_AND_PATH: &'static str = "POST /thing-groups/{thingGroupName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thinggroup/{}", input.thing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let properties = input.thing_group_properties.unwrap_or_default();
        let payload = properties.attribute_payload.unwrap_or_default();
        let new = NewThingGroup {
            name: input.thing_group_name,
            parent: input.parent_group_name,
            description: properties.thing_group_description,
            attributes: payload.attributes.unwrap_or_default(),
            tags: tags_of(input.tags)?,
        };
        let created = state.fleet.create_thing_group(new).await?;
        Ok(Output {
            thing_group_arn: state.fleet.registry().thing_group_arn(&created.name).to_string(),
            thing_group_id: thing_group_id(&created.name),
            thing_group_name: created.name,
        })
    }
}
