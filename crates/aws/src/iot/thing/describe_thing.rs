//! DescribeThing

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::thing::shape::thing_not_found;
use crate::operation::Operation;
use crate::state::State;
use fleet::thing_id;
use model::{BillingGroupName, ThingName, ThingTypeName};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct DescribeThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    default_client_id: ThingName,
    thing_name: ThingName,
    thing_id: String,
    thing_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thing_type_name: Option<ThingTypeName>,
    attributes: BTreeMap<String, String>,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_group_name: Option<BillingGroupName>,
}

impl Operation for DescribeThing {
    const NAME: &'static str = "DescribeThing";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let thing = state.fleet.registry().thing(&input.thing_name)?;
        let thing = thing.ok_or_else(|| thing_not_found(&input.thing_name))?;
        Ok(Output {
            default_client_id: thing.name.clone(),
            thing_id: thing_id(&thing.name),
            thing_arn: state.fleet.registry().thing_arn(&thing.name).to_string(),
            thing_name: thing.name,
            thing_type_name: thing.type_name,
            attributes: thing.attributes,
            version: thing.version,
            billing_group_name: state.fleet.registry().billing_group_of(&input.thing_name)?,
        })
    }
}
