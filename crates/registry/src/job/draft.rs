//! Changes of jobs that are decided together, and become one batch.

use std::collections::BTreeMap;

use bytes::Bytes;
use jobs::{CounterChange, Execution, Job, Progress, Target};
use kv::{Batch, Expect};
use model::{JobId, ThingName};

use crate::job::queue::PendingQueue;
use crate::job::stored::{
    COUNTER_CHANGES, DOCUMENTS, DUE, DueAt, EXECUTIONS, GROUPS, HeldExecution, HeldJob,
    HeldProgress, HeldQueue, JOBS, PROGRESS, QUEUES, StoredCounterChange, StoredExecution,
    StoredJob, StoredProgress, StoredQueue, THING_JOBS, WAITING, group_key, pair, random,
};
use crate::job::view::{CounterChanges, Due, JobView};
use crate::record;
use crate::registry::StoreError;
use crate::tags::{TagError, Taggable, Tags, check_tags, forget_tags, put_tags};
use crate::thing::THINGS;

/// What is to change of what a [`JobView`] shows, if nobody changes it first.
#[derive(Debug)]
pub struct JobDraft<'view> {
    view: &'view JobView,
    pub(super) batch: Batch,
    counters: BTreeMap<JobId, CounterChange>,
    jobs: BTreeMap<JobId, PutJob>,
    queues: BTreeMap<ThingName, (HeldQueue, PendingQueue)>,
    /// What executions of queued things have become, for who reads them through the draft.
    executions: BTreeMap<(ThingName, JobId), Execution>,
}

/// A job that is replaced, by the last of those that were put.
#[derive(Debug)]
struct PutJob {
    held: (HeldJob, HeldProgress),
    job: Job,
    progress: Progress,
}

/// A thing whose list of pending executions is another than before.
#[derive(Clone, Debug)]
pub struct QueueChange {
    pub thing: ThingName,
    pub before: PendingQueue,
    pub after: PendingQueue,
}

impl JobView {
    pub fn draft(&self) -> JobDraft<'_> {
        JobDraft {
            view: self,
            batch: Batch::new(),
            counters: BTreeMap::new(),
            jobs: BTreeMap::new(),
            queues: BTreeMap::new(),
            executions: BTreeMap::new(),
        }
    }
}

// === jobs ===

impl JobDraft<'_> {
    /// A job that is not there yet.
    pub fn add_job(
        &mut self,
        job: &Job,
        document: &str,
        progress: &Progress,
        tags: &Tags,
    ) -> Result<(), TagError> {
        check_tags(tags)?;
        let id = job.id.as_str();
        self.batch.require(JOBS, id, Expect::Absent);
        self.batch.put(JOBS, id, record::encode(&StoredJob(job.clone())));
        self.batch.put(DOCUMENTS, id, Bytes::copy_from_slice(document.as_bytes()));
        self.put_groups(job);
        self.put_due(None, progress, job);
        put_tags(&mut self.batch, &Taggable::Job(job.id.clone()), tags);
        Ok(())
    }

    /// Requires the job to stay as it was read.
    pub fn keep_job(&mut self, held: &HeldJob) {
        self.batch.require(JOBS, held.job.id.as_str(), Expect::Value(held.bytes.clone()));
    }

    /// Requires a thing to stay: nobody is told of a job who is not there.
    pub fn keep_thing(&mut self, thing: &ThingName) {
        self.batch.require(THINGS, thing.as_str(), Expect::Present);
    }

    /// Replaces a job and its progress. The counter changes of this draft, from before this and
    /// after it, are added to the progress.
    pub fn put_job(&mut self, held: (&HeldJob, &HeldProgress), job: &Job, progress: &Progress) {
        let held = (held.0.clone(), held.1.clone());
        let put = PutJob { held, job: job.clone(), progress: progress.clone() };
        self.jobs.insert(job.id.clone(), put);
    }

    fn write_job(&mut self, put: PutJob) {
        let PutJob { held: (held_job, held_progress), job, mut progress } = put;
        self.keep_job(&held_job);
        if job != held_job.job {
            self.batch.put(JOBS, job.id.as_str(), record::encode(&StoredJob(job.clone())));
            self.put_groups(&job);
        }
        if let Some(change) = self.counters.remove(&job.id) {
            progress.counters = progress.counters.changed(&change);
        }
        let expect = Expect::Value(held_progress.bytes.clone());
        self.batch.require(PROGRESS, job.id.as_str(), expect);
        self.put_due(Some(&held_progress), &progress, &job);
    }

    /// Everything about a job that has neither executions nor things that wait.
    pub fn delete_job(&mut self, held: (&HeldJob, &HeldProgress)) {
        let (HeldJob { job, .. }, held_progress) = held;
        let id = job.id.as_str();
        self.keep_job(held.0);
        let expect = Expect::Value(held_progress.bytes.clone());
        self.batch.require(PROGRESS, id, expect);
        for space in [JOBS, DOCUMENTS, PROGRESS] {
            self.batch.delete(space, id);
        }
        forget_tags(&mut self.batch, &Taggable::Job(job.id.clone()));
        if let Some(due) = held_progress.due {
            self.batch.delete(DUE, due.key(&job.id, None));
        }
        for target in &job.targets {
            if let Target::Group(group) = target {
                self.batch.delete(GROUPS, group_key(group, &job.id));
            }
        }
    }

    pub fn add_waiting(&mut self, job: &JobId, thing: &ThingName) {
        self.batch.put(WAITING, pair(job.as_str(), thing.as_str()), Bytes::new());
    }

    pub fn remove_waiting(&mut self, job: &JobId, thing: &ThingName) {
        self.batch.delete(WAITING, pair(job.as_str(), thing.as_str()));
    }

    /// Counts what executions did: the changes go, and become a part of the job's next progress.
    pub fn add_up(&mut self, changes: &CounterChanges) {
        for key in &changes.keys {
            // Another who added them up first has removed them.
            self.batch.require(COUNTER_CHANGES, key, Expect::Present);
            self.batch.delete(COUNTER_CHANGES, key);
        }
        *self.counters.entry(changes.job.clone()).or_default() += changes.sum;
    }

    /// What was added up of a job that is not there comes to nothing.
    pub fn forget_counters(&mut self, job: &JobId) {
        self.counters.remove(job);
    }

    /// Removes what is due of a job or an execution that is not there, which no batch of ours leaves
    /// behind: it would be due for ever.
    pub fn forget_due(&mut self, due: &Due) {
        let Due { at, ref job, ref thing, mark } = *due;
        self.batch.delete(DUE, DueAt { at, mark }.key(job, thing.as_ref()));
    }

    fn put_due(&mut self, held: Option<&HeldProgress>, progress: &Progress, job: &Job) {
        let before = held.and_then(|held| held.due);
        let due = DueAt::moved(before, progress.due_at(job));
        self.move_due(&job.id, None, before, due);
        let stored = StoredProgress { progress: progress.clone(), due };
        self.batch.put(PROGRESS, job.id.as_str(), record::encode(&stored));
    }

    fn move_due(
        &mut self,
        job: &JobId,
        thing: Option<&ThingName>,
        before: Option<DueAt>,
        after: Option<DueAt>,
    ) {
        if before == after {
            return;
        }
        if let Some(before) = before {
            self.batch.delete(DUE, before.key(job, thing));
        }
        if let Some(after) = after {
            self.batch.put_new(DUE, after.key(job, thing), Bytes::new());
        }
    }

    fn put_groups(&mut self, job: &Job) {
        for target in &job.targets {
            if let Target::Group(group) = target {
                self.batch.put(GROUPS, group_key(group, &job.id), Bytes::new());
            }
        }
    }
}

// === executions ===

impl JobDraft<'_> {
    /// An execution becomes another, or begins to be.
    pub fn put_execution(
        &mut self,
        job: &JobId,
        thing: &ThingName,
        before: Option<&HeldExecution>,
        after: &Execution,
    ) -> Result<(), StoreError> {
        let key = pair(job.as_str(), thing.as_str());
        match before {
            Some(held) => {
                self.batch.require(EXECUTIONS, &key, Expect::Value(held.bytes.clone()));
            }
            None => {
                self.batch.require(EXECUTIONS, &key, Expect::Absent);
                self.batch.put(THING_JOBS, pair(thing.as_str(), job.as_str()), Bytes::new());
            }
        }
        let was_due = before.and_then(|held| held.due);
        let due = DueAt::moved(was_due, after.due_at());
        self.move_due(job, Some(thing), was_due, due);
        let record = StoredExecution { execution: after.clone(), due };
        self.batch.put(EXECUTIONS, &key, record::encode(&record));
        self.executions.insert((thing.clone(), job.clone()), after.clone());
        self.moved(job, thing, before, Some(after))
    }

    pub fn delete_execution(
        &mut self,
        job: &JobId,
        thing: &ThingName,
        held: &HeldExecution,
    ) -> Result<(), StoreError> {
        let key = pair(job.as_str(), thing.as_str());
        self.batch.require(EXECUTIONS, &key, Expect::Value(held.bytes.clone()));
        self.batch.delete(EXECUTIONS, &key);
        self.batch.delete(THING_JOBS, pair(thing.as_str(), job.as_str()));
        self.move_due(job, Some(thing), held.due, None);
        self.moved(job, thing, Some(held), None)
    }

    /// An execution as it will be.
    pub fn execution(
        &self,
        job: &JobId,
        thing: &ThingName,
    ) -> Result<Option<Execution>, StoreError> {
        if let Some(execution) = self.executions.get(&(thing.clone(), job.clone())) {
            return Ok(Some(execution.clone()));
        }
        Ok(self.view.execution(job, thing)?.map(|held| held.execution))
    }

    /// The lists of pending executions that will be others than they are.
    pub fn queue_changes(&self) -> Vec<QueueChange> {
        let changed = self.queues.iter().filter(|(_, (held, after))| held.queue != *after);
        let change = |(thing, (held, after)): (&ThingName, &(HeldQueue, PendingQueue))| {
            let (before, after) = (held.queue.clone(), after.clone());
            QueueChange { thing: thing.clone(), before, after }
        };
        changed.map(change).collect()
    }

    /// Counters and the thing's queue follow an execution.
    fn moved(
        &mut self,
        job: &JobId,
        thing: &ThingName,
        before: Option<&HeldExecution>,
        after: Option<&Execution>,
    ) -> Result<(), StoreError> {
        let before = before.map(|held| &held.execution);
        let status = |execution: Option<&Execution>| execution.map(|execution| execution.status);
        let change = CounterChange::moved(status(before), status(after));
        *self.counters.entry(job.clone()).or_default() += change;
        let place = |execution: Option<&Execution>| {
            let pending = execution.filter(|execution| !execution.status.is_terminal());
            pending.map(|execution| (execution.status, execution.number))
        };
        if place(before) != place(after) {
            self.requeue(job, thing, after)?;
        }
        Ok(())
    }

    fn requeue(
        &mut self,
        job: &JobId,
        thing: &ThingName,
        after: Option<&Execution>,
    ) -> Result<(), StoreError> {
        if !self.queues.contains_key(thing) {
            let held = self.view.held_queue(thing)?;
            let queue = held.queue.clone();
            self.queues.insert(thing.clone(), (held, queue));
        }
        if let Some((_, queue)) = self.queues.get_mut(thing) {
            *queue = queue.with(job, after);
        }
        Ok(())
    }
}

// === the end ===

impl JobDraft<'_> {
    /// The batch that does it all.
    pub fn into_batch(mut self) -> Batch {
        for put in std::mem::take(&mut self.jobs).into_values() {
            self.write_job(put);
        }
        let JobDraft { mut batch, counters, queues, .. } = self;
        for (job, change) in counters.into_iter().filter(|(_, change)| !change.is_nothing()) {
            let key = pair(job.as_str(), &format!("{:016x}{:016x}", random(), random()));
            batch.put_new(COUNTER_CHANGES, key, record::encode(&StoredCounterChange(change)));
        }
        for (thing, (held, queue)) in queues {
            batch.require(QUEUES, thing.as_str(), held.expect());
            match queue.all().is_empty() {
                true => batch.delete(QUEUES, thing.as_str()),
                false => batch.put(QUEUES, thing.as_str(), record::encode(&StoredQueue(queue))),
            }
        }
        batch
    }
}
