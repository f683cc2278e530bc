//! Targets as EventBridge has them.

use std::collections::BTreeMap;

use schedules::{Input, Retry, Target};
use serde::{Deserialize, Serialize};

use super::words::invalid;
use crate::error::AwsError;

/// A target as it is put. The parameters of targets that are not served are not known.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct TargetIn {
    id: String,
    arn: String,
    role_arn: Option<String>,
    input: Option<String>,
    input_path: Option<String>,
    input_transformer: Option<Transformer>,
    sqs_parameters: Option<SqsParameters>,
    dead_letter_config: Option<DeadLetterConfig>,
    retry_policy: Option<RetryPolicy>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TargetOut {
    id: String,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_transformer: Option<Transformer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sqs_parameters: Option<SqsParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letter_config: Option<DeadLetterConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_policy: Option<RetryPolicy>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Transformer {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    input_paths_map: BTreeMap<String, String>,
    input_template: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SqsParameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_group_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DeadLetterConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) arn: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct RetryPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_retry_attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_event_age_in_seconds: Option<u32>,
}

impl TargetIn {
    pub(super) fn role_arn(&self) -> Option<&str> {
        self.role_arn.as_deref()
    }

    pub(super) fn read(self) -> Result<Target, AwsError> {
        let input = match (self.input, self.input_path, self.input_transformer) {
            (None, None, None) => Input::Event,
            (Some(text), None, None) => Input::Constant(text),
            (None, Some(path), None) => Input::Part(path),
            (None, None, Some(made)) => {
                Input::Made { paths: made.input_paths_map, template: made.input_template }
            }
            _ => {
                return Err(invalid(format!(
                    "Only one of Input, InputPath, or InputTransformer must be provided for target {}.",
                    self.id
                )));
            }
        };
        Ok(Target {
            id: self.id,
            arn: self.arn,
            role_arn: self.role_arn,
            input,
            dead_letter_arn: self.dead_letter_config.and_then(|config| config.arn),
            retry: retry_of(self.retry_policy),
            message_group: self.sqs_parameters.and_then(|parameters| parameters.message_group_id),
        })
    }
}

impl TargetOut {
    pub(super) fn of(target: &Target) -> TargetOut {
        let Target { id, arn, role_arn, input, dead_letter_arn, retry, message_group } =
            target.clone();
        let mut shown = TargetOut {
            id,
            arn,
            role_arn,
            input: None,
            input_path: None,
            input_transformer: None,
            sqs_parameters: sqs_parameters(message_group),
            dead_letter_config: dead_letter_config(dead_letter_arn),
            retry_policy: (retry != Retry::default()).then(|| retry_policy(retry)),
        };
        match input {
            Input::Event => {}
            Input::Constant(text) => shown.input = Some(text),
            Input::Part(path) => shown.input_path = Some(path),
            Input::Made { paths, template } => {
                shown.input_transformer =
                    Some(Transformer { input_paths_map: paths, input_template: template });
            }
        }
        shown
    }
}

pub(crate) fn retry_of(policy: Option<RetryPolicy>) -> Retry {
    let Some(policy) = policy else { return Retry::default() };
    let Retry { attempts_max, age_max_secs } = Retry::default();
    Retry {
        attempts_max: policy.maximum_retry_attempts.unwrap_or(attempts_max),
        age_max_secs: policy.maximum_event_age_in_seconds.unwrap_or(age_max_secs),
    }
}

pub(crate) fn retry_policy(retry: Retry) -> RetryPolicy {
    RetryPolicy {
        maximum_retry_attempts: Some(retry.attempts_max),
        maximum_event_age_in_seconds: Some(retry.age_max_secs),
    }
}

pub(crate) fn sqs_parameters(message_group: Option<String>) -> Option<SqsParameters> {
    message_group.map(|group| SqsParameters { message_group_id: Some(group) })
}

pub(crate) fn dead_letter_config(arn: Option<String>) -> Option<DeadLetterConfig> {
    arn.map(|arn| DeadLetterConfig { arn: Some(arn) })
}
