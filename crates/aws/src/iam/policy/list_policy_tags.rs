//! ListPolicyTags

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iam::page::{MaxItems, part};
use crate::iam::shape::{Tag, tags};
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListPolicyTags;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_arn: String,
    marker: Option<String>,
    #[serde(default)]
    max_items: MaxItems,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    tags: Vec<Tag>,
    is_truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
}

impl Operation for ListPolicyTags {
    const NAME: &'static str = "ListPolicyTags";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.policy_arn.clone()
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = input.max_items.limit()?;
        let policy = state.iam.policy(&input.policy_arn)?;
        let key = |tag: &Tag| tag.key.clone();
        let (tags, marker) = part(tags(&policy.tags), input.marker.as_deref(), limit, key);
        Ok(Output { tags, is_truncated: marker.is_some(), marker })
    }
}
