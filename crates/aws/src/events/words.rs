//! What the operations of EventBridge share: names, shapes, and errors as it words them.

use std::collections::BTreeMap;
use std::fmt::Display;

use model::BusName;
use schedules::{Bus, Rule, ScheduleError, Schedules};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::state::State;

/// AWS's largest page.
const PAGE_MAX: usize = 100;

/// A bus by its name or its ARN.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct BusRef(String);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Tag {
    key: String,
    value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FailedTarget {
    pub(super) target_id: String,
    pub(super) error_code: &'static str,
    pub(super) error_message: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ShownRule {
    name: String,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule_expression: Option<String>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    event_bus_name: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ShownBus {
    name: String,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_time: Option<f64>,
}

impl BusRef {
    fn text(&self) -> &str {
        self.0.split_once(":event-bus/").map_or(&*self.0, |(_, name)| name)
    }

    pub(super) fn name(&self) -> Result<BusName, AwsError> {
        BusName::new(self.text()).map_err(|error| invalid(format!("EventBusName: {error}")))
    }
}

impl Default for BusRef {
    fn default() -> BusRef {
        BusRef(Schedules::default_bus().into())
    }
}

impl ShownRule {
    pub(super) fn of(state: &State, rule: Rule) -> ShownRule {
        ShownRule {
            arn: state.schedules.rule_arn(rule.bus.as_str(), rule.name.as_str()),
            name: rule.name.into(),
            event_pattern: rule.pattern,
            schedule_expression: rule.schedule,
            state: if rule.is_enabled { "ENABLED" } else { "DISABLED" },
            description: rule.description,
            role_arn: rule.role_arn,
            event_bus_name: rule.bus.into(),
        }
    }
}

impl ShownBus {
    pub(super) fn of(state: &State, bus: Bus) -> ShownBus {
        ShownBus {
            arn: state.schedules.bus_arn(bus.name.as_str()),
            name: bus.name.into(),
            description: bus.description,
            creation_time: bus.created_at.map(|at| at as f64 / 1_000.0),
        }
    }
}

/// A rule as policies name it: those of the default bus leave it out.
pub(super) fn rule_path(bus: &BusRef, name: impl Display) -> String {
    match bus.text() {
        "default" => format!("rule/{name}"),
        bus => format!("rule/{bus}/{name}"),
    }
}

pub(super) fn bus_path(bus: &BusRef) -> String {
    format!("event-bus/{}", bus.text())
}

pub(super) fn limit(asked: Option<usize>) -> Result<usize, AwsError> {
    match asked {
        None => Ok(PAGE_MAX),
        Some(asked) if (1..=PAGE_MAX).contains(&asked) => Ok(asked),
        Some(asked) => Err(invalid(format!("Limit: 1 to {PAGE_MAX}, not {asked}"))),
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

/// An input that is not what its operation takes.
pub(crate) fn wrong_input(error: &serde_path_to_error::Error<serde_json::Error>) -> AwsError {
    let (field, what) = (error.path().to_string(), error.inner().to_string());
    if error.inner().is_syntax() || error.inner().is_eof() {
        return AwsError::serialization(format!("the body is no JSON: {what}"));
    }
    // The path of a field that is missing or not known ends above it, and serde names it.
    invalid(if field == "." { what } else { format!("{field}: {what}") })
}

impl From<ScheduleError> for AwsError {
    /// In the words of EventBridge; Scheduler has its own statuses.
    fn from(error: ScheduleError) -> AwsError {
        let code = match error {
            ScheduleError::Store(error) => return error.into(),
            ScheduleError::NoRule { .. }
            | ScheduleError::NoBus(_)
            | ScheduleError::NoSchedule(_)
            | ScheduleError::NoGroup(_) => "ResourceNotFoundException",
            ScheduleError::BusExists(_) => "ResourceAlreadyExistsException",
            ScheduleError::ScheduleExists(_) | ScheduleError::GroupExists(_) => "ConflictException",
            ScheduleError::Pattern(_) => "InvalidEventPatternException",
            ScheduleError::HasTargets | ScheduleError::When(_) | ScheduleError::Unfit { .. } => {
                "ValidationException"
            }
            ScheduleError::Limit { .. } => "LimitExceededException",
            ScheduleError::Full { .. } => "ThrottlingException",
        };
        AwsError::new(400, code, error.to_string())
    }
}
