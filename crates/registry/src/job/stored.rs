//! The records, their spaces and keys, and what was read together with its bytes.

use bytes::Bytes;
use jobs::{CounterChange, Execution, Job, Progress};
use kv::{Expect, Space};
use model::{JobId, ThingGroupName, ThingName};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::job::queue::PendingQueue;
use crate::record::{Record, RecordError};

pub(crate) const JOBS: Space = Space::new("jobs");
pub(super) const DOCUMENTS: Space = Space::new("job-documents");
pub(super) const PROGRESS: Space = Space::new("job-progress");
pub(super) const WAITING: Space = Space::new("job-waiting");
pub(super) const EXECUTIONS: Space = Space::new("job-executions");
pub(super) const THING_JOBS: Space = Space::new("thing-jobs");
pub(super) const QUEUES: Space = Space::new("thing-job-queues");
pub(super) const DUE: Space = Space::new("job-due");
pub(super) const COUNTER_CHANGES: Space = Space::new("job-counter-changes");
pub(super) const GROUPS: Space = Space::new("job-groups");

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct StoredJob(pub(super) Job);

#[derive(Serialize, Deserialize)]
pub(super) struct StoredProgress {
    pub(super) progress: Progress,
    pub(super) due: Option<DueAt>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredExecution {
    #[serde(flatten)]
    pub(super) execution: Execution,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<DueAt>,
}

/// Where something stands in `job-due`. The mark makes each key one that was never there: then what
/// is done before the next checkpoint leaves nothing behind that the next look would have to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DueAt {
    pub(super) at: UnixMillis,
    pub(super) mark: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct StoredQueue(pub(super) PendingQueue);

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct StoredCounterChange(pub(super) CounterChange);

impl Record for StoredJob {
    const VERSION: u8 = 1;
}

impl Record for StoredProgress {
    const VERSION: u8 = 1;
}

impl Record for StoredExecution {
    const VERSION: u8 = 1;
}

impl Record for StoredQueue {
    const VERSION: u8 = 1;
}

impl Record for StoredCounterChange {
    const VERSION: u8 = 1;
}

/// A job as it was read.
#[derive(Clone, Debug)]
pub struct HeldJob {
    pub job: Job,
    pub(super) bytes: Bytes,
}

/// A job's progress as it was read.
#[derive(Clone, Debug)]
pub struct HeldProgress {
    pub progress: Progress,
    pub(super) due: Option<DueAt>,
    pub(super) bytes: Bytes,
}

/// An execution as it was read.
#[derive(Clone, Debug)]
pub struct HeldExecution {
    pub execution: Execution,
    pub(super) due: Option<DueAt>,
    pub(super) bytes: Bytes,
}

/// A thing's queue as it was read; one that was never written is empty.
#[derive(Clone, Debug)]
pub(super) struct HeldQueue {
    pub(super) queue: PendingQueue,
    pub(super) bytes: Option<Bytes>,
}

impl HeldQueue {
    pub(super) fn expect(&self) -> Expect {
        self.bytes.clone().map_or(Expect::Absent, Expect::Value)
    }
}

/// `first/second`; neither kind of name holds a slash.
pub(super) fn pair(first: &str, second: &str) -> String {
    format!("{first}/{second}")
}

impl DueAt {
    /// The same place if the time is the same, or a new one.
    pub(super) fn moved(before: Option<DueAt>, at: Option<UnixMillis>) -> Option<DueAt> {
        let at = at?;
        Some(
            before.filter(|before| before.at == at).unwrap_or_else(|| DueAt { at, mark: random() }),
        )
    }

    /// Keys sort as times do. Without a thing it is the job itself that is due.
    pub(super) fn key(self, job: &JobId, thing: Option<&ThingName>) -> String {
        let thing = thing.map_or("", ThingName::as_str);
        format!("{:016x}/{job}/{thing}/{:016x}", self.at, self.mark)
    }
}

/// Makes keys that are never given out twice, as [`kv::Batch::put_new`] wants them.
pub(super) fn random() -> u64 {
    getrandom::u64().expect("the system has randomness, or no TLS would start")
}

pub(super) fn job_id(key: &str) -> Result<JobId, RecordError> {
    JobId::new(key).map_err(|_| RecordError::Key)
}

pub(super) fn thing_name(key: &str) -> Result<ThingName, RecordError> {
    ThingName::new(key).map_err(|_| RecordError::Key)
}

pub(super) fn group_key(group: &ThingGroupName, job: &JobId) -> String {
    pair(group.as_str(), job.as_str())
}
