//! DescribeThingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::thing_group::shape::{Metadata, ShownProperties, group_not_found};
use crate::operation::Operation;
use crate::state::State;
use fleet::thing_group_id;
use model::ThingGroupName;

#[derive(Debug)]
pub(crate) struct DescribeThingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_group_name: ThingGroupName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_group_name: ThingGroupName,
    thing_group_id: String,
    thing_group_arn: String,
    version: u64,
    thing_group_properties: ShownProperties,
    thing_group_metadata: Metadata,
}

impl Operation for DescribeThingGroup {
    const NAME: &'static str = "DescribeThingGroup";
    const METHOD_AND_PATH: &'static str = "GET /thing-groups/{thingGroupName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thinggroup/{}", input.thing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = state.fleet.registry().thing_group(&input.thing_group_name)?;
        let group = found.ok_or_else(|| group_not_found(&input.thing_group_name))?;
        Ok(Output {
            thing_group_id: thing_group_id(&group.name),
            thing_group_arn: state.fleet.registry().thing_group_arn(&group.name).to_string(),
            version: group.version,
            thing_group_properties: ShownProperties::of(&group),
            thing_group_metadata: Metadata::of(&state, &group),
            thing_group_name: group.name,
        })
    }
}
