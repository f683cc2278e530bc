//! ListInstanceProfilesForRole

use std::sync::Arc;

use model::RoleName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::MaxItems;
use crate::iam::resource;
use crate::iam::shape::Profile;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListInstanceProfilesForRole;

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
    instance_profiles: Vec<Profile>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListInstanceProfilesForRole {
    const NAME: &'static str = "ListInstanceProfilesForRole";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::role(state, &input.role_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let marker = input.marker.as_deref();
        let page = state.iam.instance_profiles_of_role(&input.role_name, marker, limit)?;
        Ok(Output {
            instance_profiles: page
                .items
                .into_iter()
                .map(|profile| Profile::of(&state.iam, profile))
                .collect::<Result<_, _>>()?,
            is_truncated: page.next.is_some(),
            marker: page.next,
        })
    }
}
