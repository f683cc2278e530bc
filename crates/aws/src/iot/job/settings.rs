//! The settings of jobs and templates, as they come and as they are shown.

use fleet::ConfigChoice;
use jobs::{
    AbortCriterion, AbortFailure, Config, ExponentialRate, PresignedUrlConfig, RateIncrease,
    RetryCriterion, RetryFailure, RolloutConfig,
};
use serde::{Deserialize, Serialize};

use crate::caller::PassedRole;
use crate::error::AwsError;
use crate::iot::role::passed;

/// The settings of a job or a template, as they come.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) rollout: Option<Rollout>,
    pub(crate) abort: Option<Criteria<Abort>>,
    pub(crate) timeout: Option<Timeout>,
    pub(crate) retry: Option<Criteria<Retry>>,
    pub(crate) presigned_url: Option<PresignedUrl>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Rollout {
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_per_minute: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exponential_rate: Option<Exponential>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Exponential {
    base_rate_per_minute: u32,
    increment_factor: f64,
    rate_increase_criteria: Increase,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Increase {
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_notified_things: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_succeeded_things: Option<u32>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Criteria<T> {
    criteria_list: Vec<T>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Abort {
    failure_type: FailureType,
    action: AbortAction,
    threshold_percentage: f64,
    min_number_of_executed_things: u32,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FailureType {
    Failed,
    Rejected,
    TimedOut,
    All,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum AbortAction {
    Cancel,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Timeout {
    #[serde(skip_serializing_if = "Option::is_none")]
    in_progress_timeout_in_minutes: Option<u32>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Retry {
    failure_type: RetryType,
    number_of_retries: u32,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum RetryType {
    Failed,
    TimedOut,
    All,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PresignedUrl {
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in_sec: Option<u32>,
}

impl PresignedUrl {
    pub(crate) fn passed_role(&self) -> Option<PassedRole<'_>> {
        self.role_arn.as_deref().map(passed)
    }
}

impl Settings {
    pub(crate) fn choice(self) -> Result<ConfigChoice, AwsError> {
        let Settings { rollout, abort, timeout, retry, presigned_url } = self;
        let abort = list("abortConfig", abort)?.map(|list| list.iter().map(Abort::read).collect());
        let retry = list("jobExecutionsRetryConfig", retry)?;
        Ok(ConfigChoice {
            rollout: rollout.map(Rollout::read),
            abort,
            in_progress_timeout_mins: timeout
                .and_then(|timeout| timeout.in_progress_timeout_in_minutes),
            retry: retry.map(|list| list.iter().map(Retry::read).collect()),
            presigned_url: presigned_url.map(|url| PresignedUrlConfig {
                role_arn: url.role_arn,
                expires_in_secs: url.expires_in_sec,
            }),
        })
    }
}

fn list<T>(field: &'static str, criteria: Option<Criteria<T>>) -> Result<Option<Vec<T>>, AwsError> {
    match criteria {
        Some(Criteria { criteria_list }) if criteria_list.is_empty() => {
            let message = format!("{field} needs at least one criterion in criteriaList");
            Err(AwsError::invalid_request(message))
        }
        criteria => Ok(criteria.map(|criteria| criteria.criteria_list)),
    }
}

impl Rollout {
    fn read(self) -> RolloutConfig {
        let exponential = self.exponential_rate.map(|rate| ExponentialRate {
            base_per_minute: rate.base_rate_per_minute,
            increment_factor: rate.increment_factor,
            increase: RateIncrease {
                notified_things: rate.rate_increase_criteria.number_of_notified_things,
                succeeded_things: rate.rate_increase_criteria.number_of_succeeded_things,
            },
        });
        RolloutConfig { maximum_per_minute: self.maximum_per_minute, exponential }
    }

    fn show(config: &RolloutConfig) -> Option<Rollout> {
        let RolloutConfig { maximum_per_minute, exponential } = config.clone();
        let exponential_rate = exponential.map(|rate| Exponential {
            base_rate_per_minute: rate.base_per_minute,
            increment_factor: rate.increment_factor,
            rate_increase_criteria: Increase {
                number_of_notified_things: rate.increase.notified_things,
                number_of_succeeded_things: rate.increase.succeeded_things,
            },
        });
        let is_set = maximum_per_minute.is_some() || exponential_rate.is_some();
        is_set.then_some(Rollout { maximum_per_minute, exponential_rate })
    }
}

impl Abort {
    fn read(&self) -> AbortCriterion {
        let failure = match self.failure_type {
            FailureType::Failed => AbortFailure::Failed,
            FailureType::Rejected => AbortFailure::Rejected,
            FailureType::TimedOut => AbortFailure::TimedOut,
            FailureType::All => AbortFailure::All,
        };
        AbortCriterion {
            failure,
            threshold_percent: self.threshold_percentage,
            executed_things_min: self.min_number_of_executed_things,
        }
    }

    fn show(criterion: &AbortCriterion) -> Abort {
        let failure_type = match criterion.failure {
            AbortFailure::Failed => FailureType::Failed,
            AbortFailure::Rejected => FailureType::Rejected,
            AbortFailure::TimedOut => FailureType::TimedOut,
            AbortFailure::All => FailureType::All,
        };
        Abort {
            failure_type,
            action: AbortAction::Cancel,
            threshold_percentage: criterion.threshold_percent,
            min_number_of_executed_things: criterion.executed_things_min,
        }
    }
}

impl Retry {
    fn read(&self) -> RetryCriterion {
        let failure = match self.failure_type {
            RetryType::Failed => RetryFailure::Failed,
            RetryType::TimedOut => RetryFailure::TimedOut,
            RetryType::All => RetryFailure::All,
        };
        RetryCriterion { failure, retries_max: self.number_of_retries }
    }

    fn show(criterion: &RetryCriterion) -> Retry {
        let failure_type = match criterion.failure {
            RetryFailure::Failed => RetryType::Failed,
            RetryFailure::TimedOut => RetryType::TimedOut,
            RetryFailure::All => RetryType::All,
        };
        Retry { failure_type, number_of_retries: criterion.retries_max }
    }
}

/// Settings as they are shown, among other fields.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    presigned_url_config: Option<PresignedUrl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_executions_rollout_config: Option<Rollout>,
    #[serde(skip_serializing_if = "Option::is_none")]
    abort_config: Option<Criteria<Abort>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_config: Option<Timeout>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_executions_retry_config: Option<Criteria<Retry>>,
}

impl ShownSettings {
    pub(crate) fn of(config: &Config) -> ShownSettings {
        let minutes = config.in_progress_timeout_mins;
        ShownSettings {
            presigned_url_config: config.presigned_url.clone().map(|url| PresignedUrl {
                role_arn: url.role_arn,
                expires_in_sec: url.expires_in_secs,
            }),
            job_executions_rollout_config: Rollout::show(&config.rollout),
            abort_config: shown(&config.abort, Abort::show),
            timeout_config: minutes
                .map(|minutes| Timeout { in_progress_timeout_in_minutes: Some(minutes) }),
            job_executions_retry_config: shown(&config.retry, Retry::show),
        }
    }
}

fn shown<T, S>(list: &[T], show: impl Fn(&T) -> S) -> Option<Criteria<S>> {
    let criteria_list: Vec<S> = list.iter().map(show).collect();
    (!criteria_list.is_empty()).then_some(Criteria { criteria_list })
}
