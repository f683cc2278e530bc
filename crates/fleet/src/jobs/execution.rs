//! Executions as administrators see and change them.

use jobs::{Execution, ExecutionError, ExecutionStatus, StatusDetails};
use model::{JobId, ThingName};
use registry::{HeldExecution, JobView, PAGE_ITEMS_MAX, Page, StoreError};

use crate::fleet::Fleet;
use crate::jobs::describe::filtered;
use crate::jobs::event::Event;

/// Which execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionKey {
    pub job: JobId,
    pub thing: ThingName,
    /// Only this attempt.
    pub number: Option<u64>,
}

/// An execution in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedExecution {
    pub job: JobId,
    pub thing: ThingName,
    pub execution: Execution,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeExecutionError {
    #[error("the thing {thing} has no execution of the job {job}")]
    NotFound { job: JobId, thing: ThingName },
    #[error("an execution that is {status} can be deleted with force only")]
    NeedsForce { status: ExecutionStatus },
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fleet {
    pub fn describe_execution(
        &self,
        key: &ExecutionKey,
    ) -> Result<Execution, ChangeExecutionError> {
        Ok(find(&self.registry().jobs(), key)?.execution)
    }

    /// Cancels one execution. One that has begun wants force.
    pub async fn cancel_execution(
        &self,
        key: &ExecutionKey,
        force: bool,
        expected_version: Option<u64>,
        details: Option<&StatusDetails>,
    ) -> Result<(), ChangeExecutionError> {
        let now = self.0.clock.now();
        self.decide_jobs(|view| {
            let held = find(view, key)?;
            let step = held.execution.cancel(force, expected_version, details, now)?;
            let mut draft = view.draft();
            draft.put_execution(&key.job, &key.thing, Some(&held), &step.next)?;
            let events: Vec<Event> =
                Event::ended(&key.job, &key.thing, &step.reported).into_iter().collect();
            Ok(self.decided(view, draft, &events, (), now)?)
        })
        .await
    }

    /// Deletes one execution. One that is not over wants force.
    pub async fn delete_execution(
        &self,
        key: &ExecutionKey,
        force: bool,
    ) -> Result<(), ChangeExecutionError> {
        let now = self.0.clock.now();
        self.decide_jobs(|view| {
            let held = find(view, key)?;
            let status = held.execution.status;
            if !status.is_terminal() && !force {
                return Err(ChangeExecutionError::NeedsForce { status });
            }
            let mut draft = view.draft();
            draft.delete_execution(&key.job, &key.thing, &held)?;
            let event = Event::deleted(&key.job, &key.thing, &held.execution);
            Ok(self.decided(view, draft, &[event], (), now)?)
        })
        .await
    }

    /// Executions of a job, in the order of the things' names.
    pub fn executions_of_job(
        &self,
        id: &JobId,
        status: Option<ExecutionStatus>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ListedExecution>, StoreError> {
        let view = self.registry().jobs();
        let read = |after: Option<&str>| {
            let Page { items, next } = view.executions_of_job(id, after, PAGE_ITEMS_MAX)?;
            let listed = |(thing, held): (ThingName, HeldExecution)| {
                let (job, execution) = (id.clone(), held.execution);
                ListedExecution { job, thing, execution }
            };
            Ok(Page { items: items.into_iter().map(listed).collect(), next })
        };
        let keep = |listed: &ListedExecution| status.is_none_or(|s| listed.execution.status == s);
        filtered(after, limit, read, keep, |listed| listed.thing.to_string())
    }

    /// Executions of a thing, in the order of the jobs' identifiers.
    pub fn executions_of_thing(
        &self,
        thing: &ThingName,
        status: Option<ExecutionStatus>,
        job: Option<&JobId>,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<ListedExecution>, StoreError> {
        let view = self.registry().jobs();
        let read = |after: Option<&str>| {
            let Page { items, next } = view.jobs_of_thing(thing, after, PAGE_ITEMS_MAX)?;
            let listed = items.into_iter().filter_map(|job| {
                let held = view.execution(&job, thing).transpose()?;
                let listed = |held: HeldExecution| {
                    let (thing, execution) = (thing.clone(), held.execution);
                    ListedExecution { job, thing, execution }
                };
                Some(held.map(listed))
            });
            Ok(Page { items: listed.collect::<Result<_, StoreError>>()?, next })
        };
        let keep = |listed: &ListedExecution| {
            status.is_none_or(|status| listed.execution.status == status)
                && job.is_none_or(|job| listed.job == *job)
        };
        filtered(after, limit, read, keep, |listed| listed.job.to_string())
    }
}

fn find(view: &JobView, key: &ExecutionKey) -> Result<HeldExecution, ChangeExecutionError> {
    let held = view.execution(&key.job, &key.thing)?;
    let held = held.filter(|held| key.number.is_none_or(|n| n == held.execution.number));
    held.ok_or_else(|| {
        let ExecutionKey { job, thing, .. } = key.clone();
        ChangeExecutionError::NotFound { job, thing }
    })
}
