//! A thing's executions that are not over.

use jobs::{Execution, ExecutionStatus};
use model::JobId;
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

/// In AWS's order: what has begun first, then by the time of queueing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PendingQueue(Vec<Pending>);

/// An execution that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub job: JobId,
    pub status: ExecutionStatus,
    pub queued_at: UnixMillis,
    pub number: u64,
}

impl PendingQueue {
    pub fn all(&self) -> &[Pending] {
        &self.0
    }

    /// What AWS calls `$next`.
    pub fn next(&self) -> Option<&Pending> {
        self.0.first()
    }

    /// The queue after an execution has become this, or is gone.
    pub(super) fn with(&self, job: &JobId, execution: Option<&Execution>) -> PendingQueue {
        let mut queue: Vec<Pending> =
            self.0.iter().filter(|pending| pending.job != *job).cloned().collect();
        if let Some(execution) = execution.filter(|execution| !execution.status.is_terminal()) {
            let Execution { status, queued_at, number, .. } = *execution;
            let pending = Pending { job: job.clone(), status, queued_at, number };
            let at = queue.partition_point(|other| other.rank() < pending.rank());
            queue.insert(at, pending);
        }
        PendingQueue(queue)
    }
}

impl Pending {
    fn rank(&self) -> (bool, UnixMillis, &str) {
        (self.status != ExecutionStatus::InProgress, self.queued_at, self.job.as_str())
    }
}

#[cfg(test)]
mod tests {
    use jobs::{ExecutionRules, Update};

    use super::*;

    #[test]
    fn what_has_begun_comes_first_and_then_who_was_first() {
        let rules = ExecutionRules {
            may_start: true,
            may_go_on: true,
            in_progress_timeout_mins: None,
            retry: &[],
        };
        let report =
            |status| Update { status, details: None, step_timer: None, expected_version: None };
        let id = |text: &str| JobId::new(text).expect("an id");
        let names = |queue: &PendingQueue| -> Vec<String> {
            queue.all().iter().map(|pending| pending.job.to_string()).collect()
        };
        let mut queue = PendingQueue::default();
        for (name, at) in [("late", 3), ("early", 1), ("middle", 2)] {
            queue = queue.with(&id(name), Some(&Execution::queued(at)));
        }
        assert_eq!(names(&queue), ["early", "middle", "late"]);
        let begun = Execution::queued(3).update(&report(ExecutionStatus::InProgress), &rules, 4);
        let begun = begun.expect("begun").next;
        queue = queue.with(&id("late"), Some(&begun));
        assert_eq!(names(&queue), ["late", "early", "middle"]);
        let done = begun.update(&report(ExecutionStatus::Succeeded), &rules, 5).expect("done").next;
        queue = queue.with(&id("late"), Some(&done)).with(&id("middle"), None);
        assert_eq!(names(&queue), ["early"]);
    }
}
