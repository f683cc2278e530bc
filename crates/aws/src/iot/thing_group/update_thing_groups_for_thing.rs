//! UpdateThingGroupsForThing

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::named::THING;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::{ThingGroupName, ThingName};

#[derive(Debug)]
pub(crate) struct UpdateThingGroupsForThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: Option<ThingName>,
    thing_groups_to_add: Option<Vec<ThingGroupName>>,
    thing_groups_to_remove: Option<Vec<ThingGroupName>>,
    #[allow(dead_code, reason = "there are no dynamic groups that a static one could override")]
    override_dynamic_groups: Option<bool>,
}

impl Operation for UpdateThingGroupsForThing {
    const NAME: &'static str = "UpdateThingGroupsForThing";
    const METHOD_AND_PATH: &'static str = "PUT /thing-groups/updateThingGroupsForThing";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        THING.resource(input.thing_name.as_ref().map(ThingName::as_str), None)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let thing = THING.read(input.thing_name, None, ThingName::new)?;
        let leave = input.thing_groups_to_remove.unwrap_or_default();
        let join = input.thing_groups_to_add.unwrap_or_default();
        state.fleet.change_thing_groups(&thing, &leave, &join).await?;
        Ok(Nothing {})
    }
}
