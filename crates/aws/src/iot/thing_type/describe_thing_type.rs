//! DescribeThingType

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::thing_type::shape::{Described, type_not_found};
use crate::operation::Operation;
use crate::state::State;
use fleet::thing_type_id;
use model::ThingTypeName;

#[derive(Debug)]
pub(crate) struct DescribeThingType;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_type_name: ThingTypeName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_type_id: String,
    #[serde(flatten)]
    described: Described,
}

impl Operation for DescribeThingType {
    const NAME: &'static str = "DescribeThingType";
    const METHOD_AND_PATH: &'static str = "GET /thing-types/{thingTypeName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thingtype/{}", input.thing_type_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = state.fleet.registry().thing_type(&input.thing_type_name)?;
        let found = found.ok_or_else(|| type_not_found(&input.thing_type_name))?;
        Ok(Output {
            thing_type_id: thing_type_id(&found.name),
            described: Described::of(&state, found),
        })
    }
}
