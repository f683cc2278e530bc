//! DeleteThing

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::ThingName;

#[derive(Debug)]
pub(crate) struct DeleteThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    #[serde(default, deserialize_with = "from_text")]
    expected_version: Option<u64>,
}

impl Operation for DeleteThing {
    const NAME: &'static str = "DeleteThing";
    const METHOD_AND_PATH: &'static str = "DELETE /things/{thingName}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("expectedVersion", "expectedVersion")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.delete_thing(&input.thing_name, input.expected_version).await?;
        Ok(Nothing {})
    }
}
