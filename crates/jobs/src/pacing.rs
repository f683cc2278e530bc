//! How many things may be told of a job now.
//!
//! Time is cut into minutes that begin with the rollout. In each, as many things are told as the
//! rate allows, at once: devices take their time anyway.

use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::config::{ExponentialRate, PER_MINUTE_MAX, RolloutConfig};
use crate::counters::Counters;
use crate::execution::ExecutionStatus::Succeeded;

const WINDOW_MILLIS: u64 = 60_000;

/// What was done in the minute under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pacing {
    window_started_at: Option<UnixMillis>,
    told: u32,
}

/// How many things may be told, and when more may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub things: u32,
    pub look_again_at: UnixMillis,
}

impl Pacing {
    /// How many may be told now.
    pub fn allowance(
        &self,
        config: &RolloutConfig,
        counters: &Counters,
        now: UnixMillis,
    ) -> Allowance {
        let window = self.at(now);
        let started_at = window.window_started_at.unwrap_or(now);
        Allowance {
            things: rate_per_minute(config, counters).saturating_sub(window.told),
            look_again_at: started_at.saturating_add(WINDOW_MILLIS),
        }
    }

    /// After so many were told.
    pub fn told(&self, things: u32, now: UnixMillis) -> Pacing {
        let window = self.at(now);
        Pacing { told: window.told.saturating_add(things), ..window }
    }

    /// When the minute under way ends.
    pub fn window_ends_at(&self) -> Option<UnixMillis> {
        self.window_started_at.map(|started_at| started_at.saturating_add(WINDOW_MILLIS))
    }

    /// The minute that `now` lies in. A clock that was set back stays in the old one, or a rollout
    /// would run at twice its rate.
    fn at(&self, now: UnixMillis) -> Pacing {
        let Some(started_at) = self.window_started_at else {
            return Pacing { window_started_at: Some(now), told: 0 };
        };
        let minutes = now.saturating_sub(started_at) / WINDOW_MILLIS;
        match minutes {
            0 => *self,
            _ => {
                let window_started_at = Some(started_at + minutes * WINDOW_MILLIS);
                Pacing { window_started_at, told: 0 }
            }
        }
    }
}

fn rate_per_minute(config: &RolloutConfig, counters: &Counters) -> u32 {
    match (&config.exponential, config.maximum_per_minute) {
        // Who asks for no pace wants it done. AWS's own quota, 1,000 a minute, is not ours.
        (None, maximum) => maximum.unwrap_or(u32::MAX),
        (Some(rate), maximum) => exponential(rate, counters).min(maximum.unwrap_or(PER_MINUTE_MAX)),
    }
}

fn exponential(rate: &ExponentialRate, counters: &Counters) -> u32 {
    let increases = |count: u64, things: Option<u32>| {
        things.map_or(0, |things| count / u64::from(things.max(1)))
    };
    let notified = increases(counters.total(), rate.increase.notified_things);
    let succeeded = increases(counters.of(Succeeded), rate.increase.succeeded_things);
    let times = i32::try_from(notified.max(succeeded)).unwrap_or(i32::MAX);
    let per_minute = f64::from(rate.base_per_minute) * rate.increment_factor.powi(times);
    per_minute.min(f64::from(PER_MINUTE_MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExecutionStatus::Queued;
    use crate::config::RateIncrease;

    #[test]
    fn a_minute_has_so_many_things() {
        let config = RolloutConfig { maximum_per_minute: Some(10), exponential: None };
        let counters = Counters::default();
        let pacing = Pacing::default();
        let first = pacing.allowance(&config, &counters, 5_000);
        assert_eq!(first, Allowance { things: 10, look_again_at: 65_000 });
        let pacing = pacing.told(7, 5_000);
        assert_eq!(pacing.allowance(&config, &counters, 64_999).things, 3);
        let pacing = pacing.told(3, 64_999);
        assert_eq!(pacing.allowance(&config, &counters, 64_999).things, 0);
        let next = pacing.allowance(&config, &counters, 200_000);
        assert_eq!(next, Allowance { things: 10, look_again_at: 245_000 });
        let back = pacing.allowance(&config, &counters, 1_000);
        assert_eq!(back.things, 0, "a clock set back gives nothing");
    }

    #[test]
    fn an_exponential_rate_rises_as_aws_says() {
        let increase = RateIncrease { notified_things: Some(1_000), succeeded_things: Some(1_000) };
        let rate = ExponentialRate { base_per_minute: 50, increment_factor: 2.0, increase };
        let config = RolloutConfig { maximum_per_minute: Some(700), exponential: Some(rate) };
        let at = |queued, succeeded| {
            let counters = Counters::from_iter([(Queued, queued), (Succeeded, succeeded)]);
            Pacing::default().allowance(&config, &counters, 0).things
        };
        let rates = [0, 999, 1_000, 2_000, 3_000, 4_000, 1_000_000_000].map(|told| at(told, 0));
        assert_eq!(rates, [50, 50, 100, 200, 400, 700, 700]);
        assert_eq!(at(0, 2_000), 200);
    }
}
