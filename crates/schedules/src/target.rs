//! Where something goes to, and what goes there.

use std::collections::BTreeMap;

use patterns::{Path, Template};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ScheduleError;

/// AWS's limit of a constant input.
const INPUT_CHARACTERS_MAX: usize = 8_192;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Among the targets of a rule; a schedule's one has none.
    pub id: String,
    pub arn: String,
    pub role_arn: Option<String>,
    pub input: Input,
    pub dead_letter_arn: Option<String>,
    pub retry: Retry,
    /// Of a FIFO queue.
    pub message_group: Option<String>,
}

/// What the target is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Input {
    /// The event.
    #[default]
    Event,
    /// Always the same.
    Constant(String),
    /// A part of the event, by its path.
    Part(String),
    /// A text with holes.
    Made { paths: BTreeMap<String, String>, template: String },
}

/// How long it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    pub attempts_max: u32,
    pub age_max_secs: u32,
}

impl Retry {
    pub const ATTEMPTS_MAX: u32 = 185;
    pub const AGE_SECS_LEAST: u32 = 60;
    pub const AGE_SECS_MAX: u32 = 86_400;

    pub(crate) fn check(self) -> Result<(), ScheduleError> {
        if self.attempts_max > Retry::ATTEMPTS_MAX {
            let why = format!("must be between 0 and {}", Retry::ATTEMPTS_MAX);
            return Err(ScheduleError::Unfit { field: "RetryPolicy.MaximumRetryAttempts", why });
        }
        if !(Retry::AGE_SECS_LEAST..=Retry::AGE_SECS_MAX).contains(&self.age_max_secs) {
            let (least, most) = (Retry::AGE_SECS_LEAST, Retry::AGE_SECS_MAX);
            let why = format!("must be between {least} and {most}");
            return Err(ScheduleError::Unfit {
                field: "RetryPolicy.MaximumEventAgeInSeconds",
                why,
            });
        }
        Ok(())
    }
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { attempts_max: Retry::ATTEMPTS_MAX, age_max_secs: Retry::AGE_SECS_MAX }
    }
}

/// What an ARN names, of all that can be a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind<'a> {
    /// With its qualifier, if it has one.
    Function {
        name: &'a str,
        qualifier: Option<&'a str>,
    },
    Queue {
        name: &'a str,
    },
    /// The topic that the input names.
    Publish,
}

/// The operation that publishes, as Scheduler names it.
const PUBLISH: &str = "arn:aws:scheduler:::aws-sdk:iotdataplane:publish";

impl<'a> TargetKind<'a> {
    pub fn of(arn: &'a str) -> Option<TargetKind<'a>> {
        if arn == PUBLISH {
            return Some(TargetKind::Publish);
        }
        let mut parts = arn.splitn(6, ':');
        let ("arn", _, service) = (parts.next()?, parts.next()?, parts.next()?) else {
            return None;
        };
        let (_region, _account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        match service {
            "sqs" => Some(TargetKind::Queue { name: resource }),
            "lambda" => {
                let name = resource.strip_prefix("function:")?;
                let (name, qualifier) = match name.split_once(':') {
                    Some((name, qualifier)) => (name, Some(qualifier)),
                    None => (name, None),
                };
                Some(TargetKind::Function { name, qualifier })
            }
            _ => None,
        }
    }
}

impl Target {
    /// Refuses what could never be delivered.
    pub(crate) fn check(&self) -> Result<(), ScheduleError> {
        let unfit = |field, why: String| Err(ScheduleError::Unfit { field, why });
        let kind = TargetKind::of(&self.arn);
        let Some(kind) = kind else {
            let what = "the targets that are served are functions, queues and iotdataplane:publish";
            return unfit("Arn", format!("{}: {what}", self.arn));
        };
        let is_fifo = matches!(kind, TargetKind::Queue { name } if name.ends_with(".fifo"));
        if is_fifo && self.message_group.is_none() {
            return unfit("SqsParameters.MessageGroupId", "a FIFO queue needs it".to_owned());
        }
        if !is_fifo && self.message_group.is_some() {
            return unfit("SqsParameters", "they are for FIFO queues".to_owned());
        }
        if let Some(arn) = &self.dead_letter_arn
            && !matches!(TargetKind::of(arn), Some(TargetKind::Queue { .. }))
        {
            return unfit("DeadLetterConfig.Arn", format!("{arn} is no queue"));
        }
        self.retry.check()?;
        self.input.check()
    }
}

impl Input {
    fn check(&self) -> Result<(), ScheduleError> {
        match self {
            Input::Event => Ok(()),
            Input::Constant(text) if text.chars().count() > INPUT_CHARACTERS_MAX => {
                let why = format!("at most {INPUT_CHARACTERS_MAX} characters");
                Err(ScheduleError::Unfit { field: "Input", why })
            }
            Input::Constant(_) => Ok(()),
            Input::Part(path) => match Path::parse(path) {
                Ok(_) => Ok(()),
                Err(error) => {
                    Err(ScheduleError::Unfit { field: "InputPath", why: error.to_string() })
                }
            },
            Input::Made { paths, template } => match Template::parse(template, paths) {
                Ok(_) => Ok(()),
                Err(error) => {
                    Err(ScheduleError::Unfit { field: "InputTransformer", why: error.to_string() })
                }
            },
        }
    }

    /// What a target of a rule is given for an event.
    pub(crate) fn of(&self, event: &Value, rule: (&str, &str)) -> String {
        match self {
            Input::Event => event.to_string(),
            Input::Constant(text) => text.clone(),
            // Checked when they were put.
            Input::Part(path) => Path::parse(path)
                .ok()
                .and_then(|path| path.find(event).map(Value::to_string))
                .unwrap_or_default(),
            Input::Made { paths, template } => {
                let (name, arn) = rule;
                let own = |variable: &str| match variable.strip_prefix("aws.events.")? {
                    "rule-name" => Some(Value::from(name)),
                    "rule-arn" => Some(Value::from(arn)),
                    "event.ingestion-time" => event.get("time").cloned(),
                    "event" | "event.json" => Some(event.clone()),
                    _ => None,
                };
                Template::parse(template, paths)
                    .map(|template| template.fill(event, own))
                    .unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_name_what_is_served() {
        let function = "arn:aws:lambda:us-east-1:000000000000:function:f";
        let with = format!("{function}:live");
        let cases = [
            (function, Some(TargetKind::Function { name: "f", qualifier: None })),
            (&with, Some(TargetKind::Function { name: "f", qualifier: Some("live") })),
            ("arn:aws:sqs:us-east-1:000000000000:q", Some(TargetKind::Queue { name: "q" })),
            (PUBLISH, Some(TargetKind::Publish)),
            ("arn:aws:sns:us-east-1:000000000000:t", None),
            ("arn:aws:lambda:us-east-1:000000000000:layer:l", None),
            ("nothing", None),
        ];
        for (arn, expected) in cases {
            assert_eq!(TargetKind::of(arn), expected, "{arn}");
        }
    }
}
