//! AddThingToThingGroup

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::named::{THING, THING_GROUP};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::{ThingGroupName, ThingName};

#[derive(Debug)]
pub(crate) struct AddThingToThingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_group_name: Option<ThingGroupName>,
    thing_group_arn: Option<String>,
    thing_name: Option<ThingName>,
    thing_arn: Option<String>,
    #[allow(dead_code, reason = "there are no dynamic groups that a static one could override")]
    override_dynamic_groups: Option<bool>,
}

impl Operation for AddThingToThingGroup {
    const NAME: &'static str = "AddThingToThingGroup";
    const METHOD_AND_PATH: &'static str = "PUT /thing-groups/addThingToThingGroup";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        let name = input.thing_group_name.as_ref().map(ThingGroupName::as_str);
        THING_GROUP.resource(name, input.thing_group_arn.as_deref())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (name, arn) = (input.thing_group_name, input.thing_group_arn.as_deref());
        let group = THING_GROUP.read(name, arn, ThingGroupName::new)?;
        let (name, arn) = (input.thing_name, input.thing_arn.as_deref());
        let thing = THING.read(name, arn, ThingName::new)?;
        state.fleet.change_thing_groups(&thing, &[], &[group]).await?;
        Ok(Nothing {})
    }
}
