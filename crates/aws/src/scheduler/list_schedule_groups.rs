//! ListScheduleGroups

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shape::ShownGroup;
use super::words::{limit, worded};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListScheduleGroups;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    name_prefix: Option<String>,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    schedule_groups: Vec<ShownGroup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListScheduleGroups {
    const NAME: &'static str = "ListScheduleGroups";
    const METHOD_AND_PATH: &'static str = "GET /schedule-groups";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("NamePrefix", "NamePrefix"), ("NextToken", "NextToken"), ("MaxResults", "MaxResults")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (prefix, limit) = (input.name_prefix.unwrap_or_default(), limit(input.max_results)?);
        let after = input.next_token.as_deref();
        let page = state.schedules.groups(&prefix, after, limit).map_err(worded)?;
        let shown = page.items.into_iter().map(|group| ShownGroup::of(&state, group));
        Ok(Output { schedule_groups: shown.collect(), next_token: page.next })
    }
}
