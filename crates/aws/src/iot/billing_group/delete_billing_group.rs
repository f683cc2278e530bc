//! DeleteBillingGroup

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::BillingGroupName;

#[derive(Debug)]
pub(crate) struct DeleteBillingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    billing_group_name: BillingGroupName,
    #[serde(default, deserialize_with = "from_text")]
    expected_version: Option<u64>,
}

impl Operation for DeleteBillingGroup {
    const NAME: &'static str = "DeleteBillingGroup";
    const METHOD_AND_PATH: &'static str = "DELETE /billing-groups/{billingGroupName}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("expectedVersion", "expectedVersion")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("billinggroup/{}", input.billing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (name, expected) = (&input.billing_group_name, input.expected_version);
        state.fleet.registry().delete_billing_group(name, expected).await?;
        Ok(Nothing {})
    }
}
