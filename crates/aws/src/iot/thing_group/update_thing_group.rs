//! UpdateThingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::thing_group::shape::Properties;
use crate::operation::Operation;
use crate::state::State;
use model::ThingGroupName;
use registry::ThingGroupUpdate;

#[derive(Debug)]
pub(crate) struct UpdateThingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_group_name: ThingGroupName,
    thing_group_properties: Properties,
    expected_version: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    version: u64,
}

impl Operation for UpdateThingGroup {
    const NAME: &'static str = "UpdateThingGroup";
    const METHOD_AND_PATH: &'static str = "PATCH /thing-groups/{thingGroupName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thinggroup/{}", input.thing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let payload = input.thing_group_properties.attribute_payload.unwrap_or_default();
        let update = ThingGroupUpdate {
            description: input.thing_group_properties.thing_group_description,
            attributes: payload.attributes,
            merge: payload.merge.unwrap_or(false),
            expected_version: input.expected_version,
        };
        let updated = state.fleet.update_thing_group(&input.thing_group_name, &update).await?;
        Ok(Output { version: updated.version })
    }
}
