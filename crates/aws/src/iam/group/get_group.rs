//! GetGroup

use std::sync::Arc;

use model::GroupName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::MaxItems;
use crate::iam::resource;
use crate::iam::shape::Named;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetGroup;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    group_name: GroupName,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    group: Named,
    users: Vec<Named>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for GetGroup {
    const NAME: &'static str = "GetGroup";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource::group(state, &input.group_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let group = state.iam.entity(&input.group_name.clone().into())?;
        let page = state.iam.users_of_group(&input.group_name, input.marker.as_deref(), limit)?;
        Ok(Output {
            group: Named::group(&state.iam, &group),
            users: page.items.iter().map(|user| Named::user(&state.iam, user)).collect(),
            is_truncated: page.next.is_some(),
            marker: page.next,
        })
    }
}
