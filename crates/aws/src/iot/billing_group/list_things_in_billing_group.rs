//! ListThingsInBillingGroup

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{TOKENS, page_limit};
use crate::operation::Operation;
use crate::state::State;
use model::{BillingGroupName, ThingName};

#[derive(Debug)]
pub(crate) struct ListThingsInBillingGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    billing_group_name: BillingGroupName,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    things: Vec<ThingName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListThingsInBillingGroup {
    const NAME: &'static str = "ListThingsInBillingGroup";
    const METHOD_AND_PATH: &'static str = "GET /billing-groups/{billingGroupName}/things";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("billinggroup/{}", input.billing_group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let (name, token) = (&input.billing_group_name, input.next_token.as_deref());
        let page = state.fleet.registry().things_of_billing_group(name, token, limit)?;
        Ok(Output { things: page.items, next_token: page.next })
    }
}
