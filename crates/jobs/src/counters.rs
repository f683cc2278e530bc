//! How many executions of a job have which status.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::execution::ExecutionStatus;

const STATUSES: usize = ExecutionStatus::ALL.len();

/// Executions by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters([u64; STATUSES]);

/// What to add to and take from counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterChange([i64; STATUSES]);

impl Counters {
    pub fn of(&self, status: ExecutionStatus) -> u64 {
        self.0[status as usize]
    }

    /// All executions: so many things were told of the job.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Executions that are not over.
    pub fn pending(&self) -> u64 {
        ExecutionStatus::ALL.iter().filter(|s| !s.is_terminal()).map(|s| self.of(*s)).sum()
    }

    /// Applies a change. None if it took away what was never counted.
    pub fn changed(&self, change: &CounterChange) -> Option<Counters> {
        let mut counters = *self;
        for (count, difference) in counters.0.iter_mut().zip(change.0) {
            *count = count.checked_add_signed(difference)?;
        }
        Some(counters)
    }
}

impl FromIterator<(ExecutionStatus, u64)> for Counters {
    fn from_iter<I: IntoIterator<Item = (ExecutionStatus, u64)>>(counts: I) -> Counters {
        let mut counters = Counters::default();
        for (status, count) in counts {
            counters.0[status as usize] += count;
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
