//! How a job is carried out: how fast, for how long, how often again, and when to give up.

use serde::{Deserialize, Serialize};

use crate::abort::AbortCriterion;
use crate::retry::{self, RetryCriterion};
use crate::schedule::ScheduleError;

/// Seven days.
pub const IN_PROGRESS_TIMEOUT_MINS_MAX: u32 = 10_080;

/// AWS's fastest rollout, and the one of a job that names none.
pub(crate) const PER_MINUTE_MAX: u32 = 1_000;

/// Everything that may be chosen for a job and for a template of jobs alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    pub rollout: RolloutConfig,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abort: Vec<AbortCriterion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_progress_timeout_mins: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retry: Vec<RetryCriterion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presigned_url: Option<PresignedUrlConfig>,
}

/// How fast things are told of a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RolloutConfig {
    pub maximum_per_minute: Option<u32>,
    pub exponential: Option<ExponentialRate>,
}

/// A rate that begins low and rises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExponentialRate {
    pub base_per_minute: u32,
    /// What the rate is multiplied with at each increase.
    pub increment_factor: f64,
    pub increase: RateIncrease,
}

/// How many things make the rate rise once. If both are given, the faster of the two counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateIncrease {
    pub notified_things: Option<u32>,
    pub succeeded_things: Option<u32>,
}

/// How links in documents are signed. Kept, since callers read back what they wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresignedUrlConfig {
    pub role_arn: Option<String>,
    pub expires_in_secs: Option<u32>,
}

/// Why a configuration is not accepted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    #[error("{field} must be {least} to {most}, not {found}")]
    Range { field: &'static str, least: f64, most: f64, found: f64 },
    #[error("{field} may have at most {most} digits after the decimal point, unlike {found}")]
    Digits { field: &'static str, most: u32, found: f64 },
    #[error("rateIncreaseCriteria needs numberOfNotifiedThings or numberOfSucceededThings")]
    NoIncrease,
    #[error("baseRatePerMinute {base} is more than maximumPerMinute {maximum}")]
    BaseAboveMaximum { base: u32, maximum: u32 },
    #[error("the retry criteria name a failure type twice, or ALL beside another")]
    RetryTypes,
    #[error("a job may retry at most {most} times altogether, not {found}")]
    Retries { most: u32, found: u32 },
    #[error("{field} needs at least one criterion")]
    NoCriteria { field: &'static str },
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

impl Config {
    /// AWS's limits.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.rollout.check()?;
        for criterion in &self.abort {
            criterion.check()?;
        }
        if let Some(minutes) = self.in_progress_timeout_mins {
            let most = f64::from(IN_PROGRESS_TIMEOUT_MINS_MAX);
            check_range("inProgressTimeoutInMinutes", f64::from(minutes), 1.0, most)?;
        }
        let role_arn = self.presigned_url.as_ref().and_then(|url| url.role_arn.as_deref());
        if let Some(characters) = role_arn.map(|arn| arn.chars().count()) {
            check_range("the length of roleArn", characters as f64, 20.0, 2_048.0)?;
        }
        if let Some(seconds) = self.presigned_url.as_ref().and_then(|url| url.expires_in_secs) {
            check_range("expiresInSec", f64::from(seconds), 60.0, 3_600.0)?;
        }
        retry::check(&self.retry)
    }
}

impl RolloutConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let most = f64::from(PER_MINUTE_MAX);
        if let Some(maximum) = self.maximum_per_minute {
            check_range("maximumPerMinute", f64::from(maximum), 1.0, most)?;
        }
        let Some(rate) = &self.exponential else { return Ok(()) };
        check_range("baseRatePerMinute", f64::from(rate.base_per_minute), 1.0, most)?;
        check_range("incrementFactor", rate.increment_factor, 1.1, 5.0)?;
        check_digits("incrementFactor", rate.increment_factor, 1)?;
        let RateIncrease { notified_things, succeeded_things } = rate.increase;
        let most = f64::from(u32::MAX);
        for (field, things) in [
            ("numberOfNotifiedThings", notified_things),
            ("numberOfSucceededThings", succeeded_things),
        ] {
            check_range(field, things.map_or(1.0, f64::from), 1.0, most)?;
        }
        if notified_things.is_none() && succeeded_things.is_none() {
            return Err(ConfigError::NoIncrease);
        }
        match self.maximum_per_minute {
            Some(maximum) if maximum < rate.base_per_minute => {
                Err(ConfigError::BaseAboveMaximum { base: rate.base_per_minute, maximum })
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn check_range(
    field: &'static str,
    found: f64,
    least: f64,
    most: f64,
) -> Result<(), ConfigError> {
    match (least..=most).contains(&found) {
        true => Ok(()),
        false => Err(ConfigError::Range { field, least, most, found }),
    }
}

/// A number that has more digits than this after the decimal point would be read as another.
pub(crate) fn check_digits(field: &'static str, found: f64, most: u32) -> Result<(), ConfigError> {
    let shifted = found * 10_f64.powi(most.try_into().unwrap_or(i32::MAX));
    // Decimal fractions are not exact in binary; this is far below the next digit.
    match (shifted - shifted.round()).abs() < 1e-6 {
        true => Ok(()),
        false => Err(ConfigError::Digits { field, most, found }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AbortFailure, RetryFailure};

    fn refusal(config: &Config) -> String {
        config.check().expect_err("refused").to_string()
    }

    fn exponential(base: u32, factor: f64, notified: Option<u32>) -> Config {
        let increase = RateIncrease { notified_things: notified, succeeded_things: None };
        let rate = ExponentialRate { base_per_minute: base, increment_factor: factor, increase };
        let rollout = RolloutConfig { maximum_per_minute: Some(500), exponential: Some(rate) };
        Config { rollout, ..Config::default() }
    }

    #[test]
    fn each_limit_is_named() {
        assert_eq!(Config::default().check(), Ok(()));
        assert_eq!(exponential(50, 1.5, Some(10)).check(), Ok(()));
        let rollout = RolloutConfig { maximum_per_minute: Some(1_001), exponential: None };
        let config = Config { rollout, ..Config::default() };
        assert_eq!(refusal(&config), "maximumPerMinute must be 1 to 1000, not 1001");
        let cases = [
            (exponential(0, 1.5, Some(1)), "baseRatePerMinute must be 1 to 1000, not 0"),
            (
                exponential(501, 1.5, Some(1)),
                "baseRatePerMinute 501 is more than maximumPerMinute 500",
            ),
            (exponential(5, 1.0, Some(1)), "incrementFactor must be 1.1 to 5, not 1"),
            (
                exponential(5, 1.55, Some(1)),
                "incrementFactor may have at most 1 digits after the decimal point, unlike 1.55",
            ),
            (exponential(5, 1.5, Some(0)), "numberOfNotifiedThings must be 1 to 4294967295, not 0"),
            (
                exponential(5, 1.5, None),
                "rateIncreaseCriteria needs numberOfNotifiedThings or numberOfSucceededThings",
            ),
        ];
        for (config, expected) in cases {
            assert_eq!(refusal(&config), expected);
        }
    }

    #[test]
    fn timeouts_retries_and_aborts_have_limits() {
        let config = Config { in_progress_timeout_mins: Some(10_081), ..Config::default() };
        assert_eq!(refusal(&config), "inProgressTimeoutInMinutes must be 1 to 10080, not 10081");
        let retry = |failure, retries_max| RetryCriterion { failure, retries_max };
        let config = |retry: Vec<RetryCriterion>| Config { retry, ..Config::default() };
        let both = vec![retry(RetryFailure::Failed, 4), retry(RetryFailure::TimedOut, 6)];
        assert_eq!(config(both).check(), Ok(()));
        let twice = vec![retry(RetryFailure::Failed, 1), retry(RetryFailure::Failed, 1)];
        assert_eq!(config(twice).check(), Err(ConfigError::RetryTypes));
        let all = vec![retry(RetryFailure::All, 1), retry(RetryFailure::Failed, 1)];
        assert_eq!(config(all).check(), Err(ConfigError::RetryTypes));
        let many = vec![retry(RetryFailure::Failed, 5), retry(RetryFailure::TimedOut, 6)];
        assert_eq!(refusal(&config(many)), "a job may retry at most 10 times altogether, not 11");
        let abort = |percent| AbortCriterion {
            failure: AbortFailure::All,
            threshold_percent: percent,
            executed_things_min: 1,
        };
        let config = |percent| Config { abort: vec![abort(percent)], ..Config::default() };
        assert_eq!(config(10.99).check(), Ok(()));
        assert!(refusal(&config(10.999)).starts_with("thresholdPercentage may have at most 2"));
        assert_eq!(refusal(&config(100.5)), "thresholdPercentage must be 0.01 to 100, not 100.5");
    }
}
