//! CreateThing

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::thing::shape::AttributePayload;
use crate::operation::Operation;
use crate::state::State;
use fleet::thing_id;
use model::{BillingGroupName, ThingName, ThingTypeName};
use registry::NewThing;

#[derive(Debug)]
pub(crate) struct CreateThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    thing_type_name: Option<ThingTypeName>,
    attribute_payload: Option<AttributePayload>,
    billing_group_name: Option<BillingGroupName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    thing_name: ThingName,
    thing_arn: String,
    thing_id: String,
}

impl Operation for CreateThing {
    const NAME: &'static str = "CreateThing";
    const METHOD_AND_PATH: &'static str = "POST /things/{thingName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let new = NewThing {
            name: input.thing_name,
            type_name: input.thing_type_name,
            attributes: input.attribute_payload.unwrap_or_default().attributes.unwrap_or_default(),
            billing_group: input.billing_group_name,
        };
        let thing = state.fleet.create_thing(new).await?;
        Ok(Output {
            thing_arn: state.fleet.registry().thing_arn(&thing.name).to_string(),
            thing_id: thing_id(&thing.name),
            thing_name: thing.name,
        })
    }
}
