//! DeleteThingGroup

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::ThingGroupName;

#[derive(Debug)]
pub(crate) struct DeleteThingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_group_name: ThingGroupName,
    #[serde(default, deserialize_with = "from_text")]
    expected_version: Option<u64>,
}

impl Operation for DeleteThingGroup {
    const NAME: &'static str = "DeleteThingGroup";
    const METHOD_AND_PATH: &'static str = "DELETE /thing-groups/{thingGroupName}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("expectedVersion", "expectedVersion")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thinggroup/{}", input.thing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let Input { thing_group_name, expected_version } = input;
        state.fleet.delete_thing_group(&thing_group_name, expected_version).await?;
        Ok(Nothing {})
    }
}
