//! ListRolePolicies

use std::sync::Arc;

use model::{PolicyName, RoleName};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::{MaxItems, part};
use crate::iam::resource;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListRolePolicies;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    role_name: RoleName,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_names: Vec<PolicyName>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::role(state, &input.role_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let entity = state.iam.entity(&input.role_name.into())?;
        let names = entity.inline.into_keys().collect();
        let (policy_names, marker) =
            part(names, input.marker.as_deref(), limit, PolicyName::to_string);
        Ok(Output { policy_names, is_truncated: marker.is_some(), marker })
    }
}
