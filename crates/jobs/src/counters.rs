//! How many executions of a job have which status.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::execution::ExecutionStatus;

const STATUSES: usize = ExecutionStatus::ALL.len();

/// Executions by status.
///
/// Changes may be added up in any order, so one that leaves a status can be counted before the one
/// that entered it: a count may be below zero for a moment, and is shown as zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters([i64; STATUSES]);

/// What to add to and take from counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterChange([i64; STATUSES]);

impl Counters {
    pub fn of(&self, status: ExecutionStatus) -> u64 {
        count(self.0[status as usize])
    }

    /// All executions: so many things were told of the job.
    pub fn total(&self) -> u64 {
        count(self.0.iter().sum())
    }

    /// Executions that are not over. Never too few, if those that begin are counted at once.
    pub fn pending(&self) -> u64 {
        let pending = ExecutionStatus::ALL.into_iter().filter(|status| !status.is_terminal());
        count(pending.map(|status| self.0[status as usize]).sum())
    }

    pub fn changed(&self, change: &CounterChange) -> Counters {
        let mut counters = *self;
        for (count, difference) in counters.0.iter_mut().zip(change.0) {
            *count += difference;
        }
        counters
    }
}

fn count(signed: i64) -> u64 {
    u64::try_from(signed).unwrap_or_default()
}

impl FromIterator<(ExecutionStatus, u64)> for Counters {
    fn from_iter<I: IntoIterator<Item = (ExecutionStatus, u64)>>(counts: I) -> Counters {
        let mut counters = Counters::default();
        for (status, count) in counts {
            counters.0[status as usize] += i64::try_from(count).unwrap_or(i64::MAX);
        }
        counters
    }
}

impl CounterChange {
    /// An execution that had one status, or was not there, has another, or is gone.
    pub fn moved(from: Option<ExecutionStatus>, to: Option<ExecutionStatus>) -> CounterChange {
        let mut change = CounterChange::default();
        if let Some(from) = from {
            change.0[from as usize] -= 1;
        }
        if let Some(to) = to {
            change.0[to as usize] += 1;
        }
        change
    }

    pub fn is_nothing(&self) -> bool {
        self.0.iter().all(|difference| *difference == 0)
    }
}

impl AddAssign for CounterChange {
    fn add_assign(&mut self, other: CounterChange) {
        for (sum, difference) in self.0.iter_mut().zip(other.0) {
            *sum += difference;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExecutionStatus::{InProgress, Queued, Succeeded};

    #[test]
    fn changes_add_up_in_any_order() {
        let told = Counters::from_iter([(Queued, 1)]);
        let begun = CounterChange::moved(Some(Queued), Some(InProgress));
        let done = CounterChange::moved(Some(InProgress), Some(Succeeded));
        let early = told.changed(&done);
        assert_eq!([Queued, InProgress, Succeeded].map(|s| early.of(s)), [1, 0, 1]);
        assert_eq!((early.pending(), early.total()), (0, 1));
        assert_eq!(early.changed(&begun), Counters::from_iter([(Succeeded, 1)]));
    }
}
