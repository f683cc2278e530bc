//! ListAttachedGroupPolicies

use std::sync::Arc;

use model::GroupName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::{MaxItems, part};
use crate::iam::resource;
use crate::iam::shape::Attached;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListAttachedGroupPolicies;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    group_name: GroupName,
    path_prefix: Option<String>,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    attached_policies: Vec<Attached>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListAttachedGroupPolicies {
    const NAME: &'static str = "ListAttachedGroupPolicies";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::group(state, &input.group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let prefix = input.path_prefix.as_deref().unwrap_or("/");
        let mut policies = state.iam.attached_policies(&input.group_name.into(), prefix)?;
        policies.sort_by(|one, other| one.name.cmp(&other.name));
        let name = |policy: &iam::AttachedPolicy| policy.name.clone();
        let (policies, marker) = part(policies, input.marker.as_deref(), limit, name);
        let attached_policies = policies.into_iter().map(Attached::of).collect();
        Ok(Output { attached_policies, is_truncated: marker.is_some(), marker })
    }
}
