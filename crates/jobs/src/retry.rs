//! Trying again what failed.

use serde::{Deserialize, Serialize};

use crate::config::ConfigError;
use crate::execution::ExecutionStatus;

/// What AWS allows for one thing, for all kinds of failure together.
pub const RETRIES_MAX: u32 = 10;

/// How often one kind of failure is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryCriterion {
    pub failure: RetryFailure,
    pub retries_max: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RetryFailure {
    Failed,
    TimedOut,
    All,
}

/// How often an execution was tried again, by what had happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retries {
    pub failed: u32,
    pub timed_out: u32,
}

impl Retries {
    pub fn total(self) -> u32 {
        self.failed + self.timed_out
    }

    /// The count after one more retry, if one is left for an execution that ended so.
    pub(crate) fn after(
        self,
        criteria: &[RetryCriterion],
        ended: ExecutionStatus,
    ) -> Option<Retries> {
        let may = |failure: RetryFailure, count: u32| {
            criteria.iter().any(|c| c.failure == failure && count < c.retries_max)
        };
        let any_left = may(RetryFailure::All, self.total());
        match ended {
            ExecutionStatus::Failed if any_left || may(RetryFailure::Failed, self.failed) => {
                Some(Retries { failed: self.failed + 1, ..self })
            }
            ExecutionStatus::TimedOut
                if any_left || may(RetryFailure::TimedOut, self.timed_out) =>
            {
                Some(Retries { timed_out: self.timed_out + 1, ..self })
            }
            _ => None,
        }
    }
}

pub(crate) fn check(criteria: &[RetryCriterion]) -> Result<(), ConfigError> {
    let has = |failure| criteria.iter().filter(|c| c.failure == failure).count();
    let is_repeated = has(RetryFailure::Failed) > 1 || has(RetryFailure::TimedOut) > 1;
    if is_repeated || (has(RetryFailure::All) > 0 && criteria.len() > 1) {
        return Err(ConfigError::RetryTypes);
    }
    let found = criteria.iter().map(|c| c.retries_max).fold(0, u32::saturating_add);
    match found > RETRIES_MAX {
        true => Err(ConfigError::Retries { most: RETRIES_MAX, found }),
        false => Ok(()),
    }
}
