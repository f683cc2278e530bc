//! RemoveThingFromBillingGroup

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::named::{BILLING_GROUP, THING};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::{BillingGroupName, ThingName};

#[derive(Debug)]
pub(crate) struct RemoveThingFromBillingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    billing_group_name: Option<BillingGroupName>,
    billing_group_arn: Option<String>,
    thing_name: Option<ThingName>,
    thing_arn: Option<String>,
}

impl Operation for RemoveThingFromBillingGroup {
    const NAME: &'static str = "RemoveThingFromBillingGroup";
    const METHOD_AND_PATH: &'static str = "PUT /billing-groups/removeThingFromBillingGroup";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        let name = input.billing_group_name.as_ref().map(BillingGroupName::as_str);
        BILLING_GROUP.resource(name, input.billing_group_arn.as_deref())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (name, arn) = (input.billing_group_name, input.billing_group_arn.as_deref());
        let group = BILLING_GROUP.read(name, arn, BillingGroupName::new)?;
        let (name, arn) = (input.thing_name, input.thing_arn.as_deref());
        let thing = THING.read(name, arn, ThingName::new)?;
        state.fleet.registry().remove_thing_from_billing_group(&thing, &group).await?;
        Ok(Nothing {})
    }
}
