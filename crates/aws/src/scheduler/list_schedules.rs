//! ListSchedules

use std::sync::Arc;

use model::ScheduleGroupName;
use serde::{Deserialize, Serialize};

use super::shape::Summary;
use super::words::{limit, worded};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListSchedules;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    group_name: Option<ScheduleGroupName>,
    name_prefix: Option<String>,
    state: Option<String>,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    schedules: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListSchedules {
    const NAME: &'static str = "ListSchedules";
    const METHOD_AND_PATH: &'static str = "GET /schedules";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("ScheduleGroup", "GroupName"),
        ("NamePrefix", "NamePrefix"),
        ("State", "State"),
        ("NextToken", "NextToken"),
        ("MaxResults", "MaxResults"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (prefix, wanted) = (input.name_prefix.unwrap_or_default(), input.state);
        let is_wanted = |schedule: &schedules::Schedule| {
            let state = if schedule.said.is_enabled { "ENABLED" } else { "DISABLED" };
            schedule.name.as_str().starts_with(&prefix)
                && wanted.as_deref().is_none_or(|wanted| wanted == state)
        };
        let (group, after) = (input.group_name.as_ref(), input.next_token.as_deref());
        let limit = limit(input.max_results)?;
        let page = state.schedules.schedules(group, after, limit, is_wanted).map_err(worded)?;
        let shown = page.items.into_iter().map(|schedule| Summary::of(&state, schedule));
        Ok(Output { schedules: shown.collect(), next_token: page.next })
    }
}
