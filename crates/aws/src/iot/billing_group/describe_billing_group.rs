//! DescribeBillingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::billing_group::shape::{Metadata, Properties, billing_group_not_found};
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use fleet::billing_group_id;
use model::BillingGroupName;

#[derive(Debug)]
pub(crate) struct DescribeBillingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    billing_group_name: BillingGroupName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    billing_group_name: BillingGroupName,
    billing_group_id: String,
    billing_group_arn: String,
    version: u64,
    billing_group_properties: Properties,
    billing_group_metadata: Metadata,
}

impl Operation for DescribeBillingGroup {
    const NAME: &'static str = "DescribeBillingGroup";
    const METHOD_AND_PATH: &'static str = "GET /billing-groups/{billingGroupName}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("billinggroup/{}", input.billing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let found = state.fleet.registry().billing_group(&input.billing_group_name)?;
        let group = found.ok_or_else(|| billing_group_not_found(&input.billing_group_name))?;
        Ok(Output {
            billing_group_id: billing_group_id(&group.name),
            billing_group_arn: state.fleet.registry().billing_group_arn(&group.name).to_string(),
            version: group.version,
            billing_group_properties: Properties { billing_group_description: group.description },
            billing_group_metadata: Metadata { creation_date: seconds(group.created_at) },
            billing_group_name: group.name,
        })
    }
}
