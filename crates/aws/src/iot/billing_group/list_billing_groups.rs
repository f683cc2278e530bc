//! ListBillingGroups

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::iot::thing_group::shape::NameAndArn;
use crate::operation::Operation;
use crate::state::State;
use model::BillingGroupName;
use registry::BillingGroup;

#[derive(Debug)]
pub(crate) struct ListBillingGroups;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    name_prefix_filter: Option<BillingGroupName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    billing_groups: Vec<NameAndArn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListBillingGroups {
    const NAME: &'static str = "ListBillingGroups";
    const METHOD_AND_PATH: &'static str = "GET /billing-groups";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("nextToken", "nextToken"),
        ("maxResults", "maxResults"),
        ("namePrefixFilter", "namePrefixFilter"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let prefix = input.name_prefix_filter.as_ref().map_or("", BillingGroupName::as_str);
        let registry = state.fleet.registry();
        let page = registry.billing_groups(prefix, input.next_token.as_deref(), limit)?;
        let listed = |group: &BillingGroup| NameAndArn {
            group_name: group.name.to_string(),
            group_arn: registry.billing_group_arn(&group.name).to_string(),
        };
        let billing_groups = page.items.iter().map(listed).collect();
        Ok(Output { billing_groups, next_token: page.next })
    }
}
