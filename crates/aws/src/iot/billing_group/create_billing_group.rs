//! CreateBillingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::billing_group::shape::Properties;
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::state::State;
use fleet::billing_group_id;
use model::BillingGroupName;

#[derive(Debug)]
pub(crate) struct CreateBillingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    billing_group_name: BillingGroupName,
    billing_group_properties: Option<Properties>,
    tags: Option<TagList>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    billing_group_name: BillingGroupName,
    billing_group_arn: String,
    billing_group_id: String,
}

impl Operation for CreateBillingGroup {
    const NAME: &'static str = "CreateBillingGroup";
    const METHOD_AND_PATH: &'static str = "POST /billing-groups/{billingGroupName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("billinggroup/{}", input.billing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (name, tags) = (&input.billing_group_name, tags_of(input.tags)?);
        let description =
            input.billing_group_properties.and_then(|given| given.billing_group_description);
        let registry = state.fleet.registry();
        registry.create_billing_group(name, description, &tags, state.clock.now()).await?;
        Ok(Output {
            billing_group_arn: registry.billing_group_arn(name).to_string(),
            billing_group_id: billing_group_id(name),
            billing_group_name: name.clone(),
        })
    }
}
