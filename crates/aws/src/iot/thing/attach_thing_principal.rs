//! AttachThingPrincipal

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::ThingName;
use registry::ThingPrincipalType;

#[derive(Debug)]
pub(crate) struct AttachThingPrincipal;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    principal: String,
    thing_principal_type: Option<ThingPrincipalType>,
}

impl Operation for AttachThingPrincipal {
    const NAME: &'static str = "AttachThingPrincipal";
    const METHOD_AND_PATH: &'static str = "PUT /things/{thingName}/principals";
    const HEADERS: &'static [(&'static str, &'static str)] = &[("x-amzn-principal", "principal")];

    const QUERY: &'static [(&'static str, &'static str)] =
        &[("thingPrincipalType", "thingPrincipalType")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        input.principal.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let Input { thing_name, principal, thing_principal_type } = input;
        state.fleet.attach_thing_principal(&thing_name, &principal, thing_principal_type).await?;
        Ok(Nothing {})
    }
}
