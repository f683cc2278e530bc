//! DetachThingPrincipal

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::ThingName;

#[derive(Debug)]
pub(crate) struct DetachThingPrincipal;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    principal: String,
}

impl Operation for DetachThingPrincipal {
    const NAME: &'static str = "DetachThingPrincipal";
    const METHOD_AND_PATH: &'static str = "DELETE /things/{thingName}/principals";
    const HEADERS: &'static [(&'static str, &'static str)] = &[("x-amzn-principal", "principal")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.principal.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        state.fleet.detach_thing_principal(&input.thing_name, &input.principal).await?;
        Ok(Nothing {})
    }
}
