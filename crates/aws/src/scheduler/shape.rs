//! Schedules as Scheduler has them.

use model::{ScheduleGroupName, ScheduleName};
use schedules::{AfterCompletion, Group, Input, NewSchedule, Schedule, Target, Window};
use serde::{Deserialize, Serialize};

use super::words::invalid;
use crate::error::AwsError;
use crate::events::{
    DeadLetterConfig, RetryPolicy, SqsParameters, dead_letter_config, retry_of, retry_policy,
    sqs_parameters,
};
use crate::state::State;

/// All that is said of a schedule, when it is made and when it is said anew.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Said {
    pub(super) name: ScheduleName,
    pub(super) group_name: Option<ScheduleGroupName>,
    /// A call that is made again changes nothing, or is told that the schedule is there.
    #[serde(rename = "ClientToken")]
    _client_token: Option<String>,
    schedule_expression: String,
    start_date: Option<f64>,
    end_date: Option<f64>,
    description: Option<String>,
    schedule_expression_timezone: Option<String>,
    #[serde(default)]
    state: Switch,
    target: TargetShape,
    flexible_time_window: FlexibleTimeWindow,
    #[serde(default)]
    action_after_completion: Action,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Switch {
    #[default]
    Enabled,
    Disabled,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Action {
    #[default]
    None,
    Delete,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct FlexibleTimeWindow {
    mode: Mode,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_window_in_minutes: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Mode {
    Off,
    Flexible,
}

/// The parameters of targets that are not served are not known.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TargetShape {
    arn: String,
    role_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqs_parameters: Option<SqsParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter_config: Option<DeadLetterConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_policy: Option<RetryPolicy>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Shown {
    arn: String,
    group_name: String,
    name: String,
    schedule_expression: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    schedule_expression_timezone: String,
    state: Switch,
    creation_date: f64,
    last_modification_date: f64,
    target: TargetShape,
    flexible_time_window: FlexibleTimeWindow,
    action_after_completion: Action,
}

/// A schedule in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Summary {
    arn: String,
    group_name: String,
    name: String,
    state: Switch,
    creation_date: f64,
    last_modification_date: f64,
    target: TargetName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TargetName {
    arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ShownGroup {
    arn: String,
    name: String,
    state: &'static str,
    creation_date: f64,
    last_modification_date: f64,
}

impl Said {
    pub(super) fn role_arn(&self) -> &str {
        &self.target.role_arn
    }

    pub(super) fn read(self) -> Result<NewSchedule, AwsError> {
        let FlexibleTimeWindow { mode, maximum_window_in_minutes: minutes } =
            self.flexible_time_window;
        let window = match (mode, minutes) {
            (Mode::Off, None) => Window::Off,
            (Mode::Flexible, Some(minutes)) => Window::Minutes(minutes),
            (Mode::Off, Some(_)) => {
                return Err(invalid("MaximumWindowInMinutes must not be set when Mode is OFF."));
            }
            (Mode::Flexible, None) => {
                return Err(invalid("MaximumWindowInMinutes is needed when Mode is FLEXIBLE."));
            }
        };
        Ok(NewSchedule {
            description: self.description,
            expression: self.schedule_expression,
            zone: self.schedule_expression_timezone,
            begins_at: self.start_date.map(millis),
            ends_at: self.end_date.map(millis),
            is_enabled: self.state == Switch::Enabled,
            window,
            after_completion: match self.action_after_completion {
                Action::None => AfterCompletion::Keep,
                Action::Delete => AfterCompletion::Delete,
            },
            target: self.target.read(),
        })
    }
}

impl TargetShape {
    fn read(self) -> Target {
        Target {
            id: String::new(),
            arn: self.arn,
            role_arn: Some(self.role_arn),
            input: self.input.map_or(Input::Event, Input::Constant),
            dead_letter_arn: self.dead_letter_config.and_then(|config| config.arn),
            retry: retry_of(self.retry_policy),
            message_group: self.sqs_parameters.and_then(|parameters| parameters.message_group_id),
        }
    }

    fn of(target: Target) -> TargetShape {
        TargetShape {
            arn: target.arn,
            role_arn: target.role_arn.unwrap_or_default(),
            input: match target.input {
                Input::Constant(text) => Some(text),
                _ => None,
            },
            sqs_parameters: sqs_parameters(target.message_group),
            dead_letter_config: dead_letter_config(target.dead_letter_arn),
            retry_policy: Some(retry_policy(target.retry)),
        }
    }
}

impl Shown {
    pub(super) fn of(state: &State, schedule: Schedule) -> Shown {
        let Schedule { group, name, said, created_at, modified_at } = schedule;
        let (mode, minutes) = match said.window {
            Window::Off => (Mode::Off, None),
            Window::Minutes(minutes) => (Mode::Flexible, Some(minutes)),
        };
        Shown {
            arn: state.schedules.schedule_arn(group.as_str(), name.as_str()),
            group_name: group.into(),
            name: name.into(),
            schedule_expression: said.expression,
            start_date: said.begins_at.map(secs),
            end_date: said.ends_at.map(secs),
            description: said.description,
            schedule_expression_timezone: said.zone.unwrap_or_else(|| "UTC".to_owned()),
            state: switch(said.is_enabled),
            creation_date: secs(created_at),
            last_modification_date: secs(modified_at),
            target: TargetShape::of(said.target),
            flexible_time_window: FlexibleTimeWindow { mode, maximum_window_in_minutes: minutes },
            action_after_completion: match said.after_completion {
                AfterCompletion::Keep => Action::None,
                AfterCompletion::Delete => Action::Delete,
            },
        }
    }
}

impl Summary {
    pub(super) fn of(state: &State, schedule: Schedule) -> Summary {
        let Schedule { group, name, said, created_at, modified_at } = schedule;
        Summary {
            arn: state.schedules.schedule_arn(group.as_str(), name.as_str()),
            group_name: group.into(),
            name: name.into(),
            state: switch(said.is_enabled),
            creation_date: secs(created_at),
            last_modification_date: secs(modified_at),
            target: TargetName { arn: said.target.arn },
        }
    }
}

impl ShownGroup {
    pub(super) fn of(state: &State, group: Group) -> ShownGroup {
        ShownGroup {
            arn: state.schedules.group_arn(group.name.as_str()),
            name: group.name.into(),
            state: "ACTIVE",
            creation_date: secs(group.created_at),
            last_modification_date: secs(group.modified_at),
        }
    }
}

fn switch(is_enabled: bool) -> Switch {
    if is_enabled { Switch::Enabled } else { Switch::Disabled }
}

fn secs(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}

/// Negative ones are of before 1970, when nothing was due.
fn millis(secs: f64) -> u64 {
    (secs * 1_000.0) as u64
}
