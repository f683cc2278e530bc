//! When too many have failed.

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, check_digits, check_range};
use crate::counters::Counters;
use crate::execution::ExecutionStatus::{Failed, Rejected, TimedOut};

/// A share of failures at which the rest of a job is canceled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AbortCriterion {
    pub failure: AbortFailure,
    pub threshold_percent: f64,
    /// So many things must have been told of the job before its failures count.
    pub executed_things_min: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AbortFailure {
    Failed,
    Rejected,
    TimedOut,
    All,
}

impl AbortCriterion {
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        check_range("thresholdPercentage", self.threshold_percent, 0.01, 100.0)?;
        check_digits("thresholdPercentage", self.threshold_percent, 2)?;
        let most = f64::from(u32::MAX);
        check_range("minNumberOfExecutedThings", f64::from(self.executed_things_min), 1.0, most)
    }

    fn is_met(&self, counters: &Counters) -> bool {
        let failures = match self.failure {
            AbortFailure::Failed => counters.of(Failed),
            AbortFailure::Rejected => counters.of(Rejected),
            AbortFailure::TimedOut => counters.of(TimedOut),
            AbortFailure::All => {
                counters.of(Failed) + counters.of(Rejected) + counters.of(TimedOut)
            }
        };
        let executed = counters.total();
        let is_enough = failures > 0 && executed >= u64::from(self.executed_things_min);
        is_enough && failures as f64 * 100.0 >= self.threshold_percent * executed as f64
    }
}

/// Whether one of the criteria is met. Things that will be tried again have not failed yet.
pub fn aborts(criteria: &[AbortCriterion], counters: &Counters) -> bool {
    criteria.iter().any(|criterion| criterion.is_met(counters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExecutionStatus::{Queued, Succeeded};

    #[test]
    fn a_share_of_those_told_counts_once_enough_were_told() {
        let counters = |failed, rejected, succeeded, queued| {
            Counters::from_iter([
                (Failed, failed),
                (Rejected, rejected),
                (Succeeded, succeeded),
                (Queued, queued),
            ])
        };
        let criterion =
            |failure| AbortCriterion { failure, threshold_percent: 20.0, executed_things_min: 10 };
        let cases = [
            (AbortFailure::Failed, counters(2, 0, 0, 7), false, "nine things are too few"),
            (AbortFailure::Failed, counters(2, 0, 0, 8), true, "two of ten"),
            (AbortFailure::Failed, counters(1, 1, 8, 0), false, "one failed, one rejected"),
            (AbortFailure::All, counters(1, 1, 8, 0), true, "both are failures"),
            (AbortFailure::Rejected, counters(5, 1, 8, 0), false, "one of fourteen"),
            (AbortFailure::Failed, counters(0, 0, 20, 0), false, "none"),
        ];
        for (failure, counters, expected, why) in cases {
            assert_eq!(aborts(&[criterion(failure)], &counters), expected, "{why}");
        }
        assert!(!aborts(&[], &counters(9, 9, 0, 0)));
    }
}
