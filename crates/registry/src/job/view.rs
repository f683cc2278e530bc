//! Jobs as they are at one moment.

use bytes::Bytes;
use jobs::{CounterChange, Counters, Job};
use kv::{Snapshot, Space};
use model::{Arn, JobId, JobTemplateId, ThingGroupName, ThingName};
use stdx::clock::UnixMillis;

use crate::job::queue::PendingQueue;
use crate::job::stored::{
    COUNTER_CHANGES, DOCUMENTS, DUE, EXECUTIONS, GROUPS, HeldExecution, HeldJob, HeldProgress,
    HeldQueue, JOBS, PROGRESS, QUEUES, StoredCounterChange, StoredExecution, StoredJob,
    StoredProgress, StoredQueue, THING_JOBS, WAITING, job_id, pair, thing_name,
};
use crate::record::{self, RecordError};
use crate::registry::{Found, Registry, StoreError, find};
use crate::thing::THINGS;
use records::{Page, page};

/// Everything about jobs, seen at one moment. What is decided by it is written as a
/// [`JobDraft`](crate::JobDraft).
#[derive(Clone, Debug)]
pub struct JobView {
    pub(super) snapshot: Snapshot,
}

/// Something whose time has come, or will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: UnixMillis,
    pub job: JobId,
    /// An execution's timer, or else the job's next turn.
    pub thing: Option<ThingName>,
    pub(super) mark: u64,
}

/// What executions did to the counters of a job and nobody added up yet.
#[derive(Clone, Debug)]
pub struct CounterChanges {
    pub job: JobId,
    pub sum: CounterChange,
    pub(super) keys: Vec<Bytes>,
}

impl Registry {
    pub fn jobs(&self) -> JobView {
        JobView { snapshot: self.snapshot() }
    }

    pub fn job_arn(&self, id: &JobId) -> Arn {
        self.home().iot("job", id.as_str())
    }

    pub fn job_template_arn(&self, id: &JobTemplateId) -> Arn {
        self.home().iot("jobtemplate", id.as_str())
    }
}

// === jobs ===

impl JobView {
    pub fn job(&self, id: &JobId) -> Result<Option<HeldJob>, StoreError> {
        let found = find::<StoredJob>(&self.snapshot, JOBS, id.as_str())?;
        Ok(found.map(|Found { record, bytes }| HeldJob { job: record.0, bytes }))
    }

    /// Jobs in the order of their identifiers.
    pub fn all(&self, after: Option<&str>, limit: usize) -> Result<Page<Job>, StoreError> {
        page(&self.snapshot, JOBS, "", after, limit, |_, bytes| {
            Ok(record::decode::<StoredJob>(bytes)?.0)
        })
    }

    pub fn document(&self, id: &JobId) -> Result<Option<String>, StoreError> {
        let Some(bytes) = self.snapshot.get(DOCUMENTS, id.as_str().as_bytes())? else {
            return Ok(None);
        };
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| RecordError::Key)?;
        Ok(Some(text))
    }

    /// A job's progress. Its counters lack what was not added up yet.
    pub fn progress(&self, id: &JobId) -> Result<Option<HeldProgress>, StoreError> {
        let found = find::<StoredProgress>(&self.snapshot, PROGRESS, id.as_str())?;
        Ok(found.map(|Found { record, bytes }| {
            let StoredProgress { progress, due } = record;
            HeldProgress { progress, due, bytes }
        }))
    }

    /// A job's counters as they are now.
    pub fn counters(&self, id: &JobId) -> Result<Counters, StoreError> {
        let Some(held) = self.progress(id)? else { return Ok(Counters::default()) };
        let mut sum = CounterChange::default();
        let prefix = pair(id.as_str(), "");
        for entry in self.snapshot.scan(COUNTER_CHANGES, prefix.as_bytes())? {
            sum += record::decode::<StoredCounterChange>(&entry?.1)?.0;
        }
        Ok(held.progress.counters.changed(&sum))
    }

    /// The identifiers of the jobs that have this group as a target.
    pub fn jobs_of_group(
        &self,
        group: &ThingGroupName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<JobId>, StoreError> {
        let prefix = pair(group.as_str(), "");
        page(&self.snapshot, GROUPS, &prefix, after, limit, |rest, _| job_id(rest))
    }

    /// Things that are to be told of a job.
    pub fn waiting(
        &self,
        id: &JobId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ThingName>, StoreError> {
        let prefix = pair(id.as_str(), "");
        page(&self.snapshot, WAITING, &prefix, after, limit, |rest, _| thing_name(rest))
    }

    pub fn is_waiting(&self, id: &JobId, thing: &ThingName) -> Result<bool, StoreError> {
        self.has(WAITING, &pair(id.as_str(), thing.as_str()))
    }

    pub fn has_thing(&self, thing: &ThingName) -> Result<bool, StoreError> {
        self.has(THINGS, thing.as_str())
    }

    fn has(&self, space: Space, key: &str) -> Result<bool, StoreError> {
        Ok(self.snapshot.get(space, key.as_bytes())?.is_some())
    }
}

// === executions ===

impl JobView {
    pub fn execution(
        &self,
        id: &JobId,
        thing: &ThingName,
    ) -> Result<Option<HeldExecution>, StoreError> {
        let key = pair(id.as_str(), thing.as_str());
        let found = find::<StoredExecution>(&self.snapshot, EXECUTIONS, &key)?;
        Ok(found.map(|Found { record, bytes }| {
            let StoredExecution { execution, due } = record;
            HeldExecution { execution, due, bytes }
        }))
    }

    /// Executions of a job, in the order of the things' names.
    pub fn executions_of_job(
        &self,
        id: &JobId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<(ThingName, HeldExecution)>, StoreError> {
        let prefix = pair(id.as_str(), "");
        page(&self.snapshot, EXECUTIONS, &prefix, after, limit, |rest, bytes| {
            let StoredExecution { execution, due } = record::decode(bytes)?;
            Ok((thing_name(rest)?, HeldExecution { execution, due, bytes: bytes.clone() }))
        })
    }

    /// The jobs that a thing has or had an execution of, in the order of their identifiers.
    pub fn jobs_of_thing(
        &self,
        thing: &ThingName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<JobId>, StoreError> {
        let prefix = pair(thing.as_str(), "");
        page(&self.snapshot, THING_JOBS, &prefix, after, limit, |rest, _| job_id(rest))
    }

    /// A thing's executions that are not over.
    pub fn queue(&self, thing: &ThingName) -> Result<PendingQueue, StoreError> {
        Ok(self.held_queue(thing)?.queue)
    }

    pub(super) fn held_queue(&self, thing: &ThingName) -> Result<HeldQueue, StoreError> {
        let found = find::<StoredQueue>(&self.snapshot, QUEUES, thing.as_str())?;
        Ok(match found {
            Some(Found { record, bytes }) => HeldQueue { queue: record.0, bytes: Some(bytes) },
            None => HeldQueue { queue: PendingQueue::default(), bytes: None },
        })
    }
}

// === what is to be done ===

impl JobView {
    /// What is due first, at most so many; whether it is time already or not.
    pub fn due(&self, limit: usize) -> Result<Vec<Due>, StoreError> {
        let mut due = Vec::new();
        for entry in self.snapshot.scan(DUE, b"")?.take(limit) {
            due.push(parse_due(&entry?.0).ok_or(RecordError::Key)?);
        }
        Ok(due)
    }

    /// Counter changes that nobody added up, of at most so many changes, by job.
    pub fn counter_changes(&self, limit: usize) -> Result<Vec<CounterChanges>, StoreError> {
        let mut by_job: Vec<CounterChanges> = Vec::new();
        for entry in self.snapshot.scan(COUNTER_CHANGES, b"")?.take(limit) {
            let (key, value) = entry?;
            let change = record::decode::<StoredCounterChange>(&value)?.0;
            let text = std::str::from_utf8(&key).map_err(|_| RecordError::Key)?;
            let job = job_id(text.split_once('/').ok_or(RecordError::Key)?.0)?;
            match by_job.last_mut().filter(|last| last.job == job) {
                Some(last) => {
                    last.sum += change;
                    last.keys.push(key);
                }
                None => by_job.push(CounterChanges { job, sum: change, keys: vec![key] }),
            }
        }
        Ok(by_job)
    }
}

fn parse_due(key: &[u8]) -> Option<Due> {
    let mut parts = std::str::from_utf8(key).ok()?.splitn(4, '/');
    let at = UnixMillis::from_str_radix(parts.next()?, 16).ok()?;
    let job = JobId::new(parts.next()?).ok()?;
    let thing = parts.next().filter(|thing| !thing.is_empty());
    let thing = thing.map(ThingName::new).transpose().ok()?;
    let mark = u64::from_str_radix(parts.next()?, 16).ok()?;
    Some(Due { at, job, thing, mark })
}
