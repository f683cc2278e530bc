//! DescribeLogGroups

use std::sync::Arc;

use logs::{Group, GroupFilter};
use model::{Home, LogGroupName};
use serde::{Deserialize, Serialize};

use super::words::{group_arn, invalid, of_group, page_limit};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeLogGroups;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<usize>,
    log_group_class: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    log_groups: Vec<ShownGroup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownGroup {
    log_group_name: LogGroupName,
    creation_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_in_days: Option<u32>,
    metric_filter_count: u32,
    arn: String,
    stored_bytes: u64,
    log_group_class: &'static str,
    log_group_arn: String,
}

impl ShownGroup {
    fn of(home: &Home, group: Group) -> ShownGroup {
        let log_group_arn = group_arn(home, group.name.as_str());
        ShownGroup {
            creation_time: group.created_at,
            retention_in_days: group.retention_days,
            metric_filter_count: 0,
            arn: format!("{log_group_arn}:*"),
            stored_bytes: group.stored_bytes,
            log_group_class: "STANDARD",
            log_group_arn,
            log_group_name: group.name,
        }
    }
}

impl Operation for DescribeLogGroups {
    const NAME: &'static str = "DescribeLogGroups";

    type Input = Input;
    type Output = Output;

    fn resource(_input: &Input) -> String {
        of_group("")
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if input.log_group_name_prefix.is_some() && input.log_group_name_pattern.is_some() {
            let what = "logGroupNamePrefix and logGroupNamePattern exclude each other";
            return Err(invalid(what));
        }
        let limit = page_limit(input.limit)?;
        // All groups are of one class.
        if input.log_group_class.is_some_and(|class| class != "STANDARD") {
            return Ok(Output { log_groups: Vec::new(), next_token: None });
        }
        let (prefix, part) = (input.log_group_name_prefix, input.log_group_name_pattern);
        let filter = GroupFilter { prefix, part };
        let page = state.logs.groups(&filter, input.next_token.as_deref(), limit)?;
        let home = state.fleet.registry().home();
        let log_groups = page.items.into_iter().map(|group| ShownGroup::of(home, group)).collect();
        Ok(Output { log_groups, next_token: page.next })
    }
}
