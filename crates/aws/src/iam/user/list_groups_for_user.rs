//! ListGroupsForUser

use std::sync::Arc;

use model::UserName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::MaxItems;
use crate::iam::resource;
use crate::iam::shape::Named;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListGroupsForUser;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    user_name: UserName,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    groups: Vec<Named>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListGroupsForUser {
    const NAME: &'static str = "ListGroupsForUser";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::user(state, &input.user_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let page = state.iam.groups_of_user(&input.user_name, input.marker.as_deref(), limit)?;
        Ok(Output {
            groups: page.items.iter().map(|group| Named::group(&state.iam, group)).collect(),
            is_truncated: page.next.is_some(),
            marker: page.next,
        })
    }
}
