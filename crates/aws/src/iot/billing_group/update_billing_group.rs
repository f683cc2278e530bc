//! UpdateBillingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::billing_group::shape::Properties;
use crate::operation::Operation;
use crate::state::State;
use model::BillingGroupName;

#[derive(Debug)]
pub(crate) struct UpdateBillingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    billing_group_name: BillingGroupName,
    billing_group_properties: Properties,
    expected_version: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    version: u64,
}

impl Operation for UpdateBillingGroup {
    const NAME: &'static str = "UpdateBillingGroup";
    const METHOD_AND_PATH: &'static str = "PATCH /billing-groups/{billingGroupName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("billinggroup/{}", input.billing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let description = input.billing_group_properties.billing_group_description.as_deref();
        let (name, expected) = (&input.billing_group_name, input.expected_version);
        let registry = state.fleet.registry();
        let updated = registry.update_billing_group(name, description, expected).await?;
        Ok(Output { version: updated.version })
    }
}
