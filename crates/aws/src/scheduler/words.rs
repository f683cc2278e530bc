//! What the operations of Scheduler share: names, tags, and errors as it words them.

use std::collections::BTreeMap;

use model::ScheduleGroupName;
use schedules::{ScheduleError, Schedules};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::state::State;

/// AWS's largest page.
const PAGE_MAX: usize = 100;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    key: String,
    value: String,
}

pub(super) fn group_of(group: Option<ScheduleGroupName>) -> ScheduleGroupName {
    group.unwrap_or_else(Schedules::default_group)
}

/// A schedule as policies name it.
pub(super) fn schedule_path(group: Option<&ScheduleGroupName>, name: &str) -> String {
    format!("schedule/{}/{name}", group_of(group.cloned()))
}

/// Groups alone have tags.
pub(super) fn group_of_arn(state: &State, arn: &str) -> Result<ScheduleGroupName, AwsError> {
    let prefix = state.schedules.group_arn("");
    let name = arn.strip_prefix(&prefix).and_then(|name| ScheduleGroupName::new(name).ok());
    name.ok_or_else(|| invalid(format!("ResourceArn: {arn} is no schedule group of this account")))
}

pub(super) fn limit(asked: Option<usize>) -> Result<usize, AwsError> {
    match asked {
        None => Ok(PAGE_MAX),
        Some(asked) if (1..=PAGE_MAX).contains(&asked) => Ok(asked),
        Some(asked) => Err(invalid(format!("MaxResults: 1 to {PAGE_MAX}, not {asked}"))),
    }
}

pub(super) fn tags_of(tags: Vec<Tag>) -> BTreeMap<String, String> {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

pub(super) fn shown_tags(tags: BTreeMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag { key, value }).collect()
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ValidationException", message)
}

pub(super) fn worded(error: ScheduleError) -> AwsError {
    let (status, code) = match error {
        ScheduleError::NoSchedule(_) | ScheduleError::NoGroup(_) => {
            (404, "ResourceNotFoundException")
        }
        ScheduleError::ScheduleExists(_) | ScheduleError::GroupExists(_) => {
            (409, "ConflictException")
        }
        ScheduleError::Limit { .. } => (402, "ServiceQuotaExceededException"),
        ScheduleError::When(_) => {
            let message = format!("Invalid Schedule Expression: {error}");
            return AwsError::new(400, "ValidationException", message);
        }
        other => return other.into(),
    };
    AwsError::new(status, code, error.to_string())
}
