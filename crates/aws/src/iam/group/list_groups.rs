//! ListGroups

use std::sync::Arc;

use iam::EntityKind;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::MaxItems;
use crate::iam::shape::Named;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListGroups;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    path_prefix: Option<String>,
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

impl Operation for ListGroups {
    const NAME: &'static str = "ListGroups";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("group{}", input.path_prefix.as_deref().unwrap_or("/"))
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let (prefix, marker) =
            (input.path_prefix.as_deref().unwrap_or("/"), input.marker.as_deref());
        let page = state.iam.entities(EntityKind::Group, prefix, marker, limit)?;
        Ok(Output {
            groups: page.items.iter().map(|group| Named::group(&state.iam, group)).collect(),
            is_truncated: page.next.is_some(),
            marker: page.next,
        })
    }
}
