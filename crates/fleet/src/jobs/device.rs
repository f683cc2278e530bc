//! What a thing asks about its own executions, by whichever way it came.

use jobs::{
    Execution, ExecutionError, ExecutionStatus, Job, JobStatus, StatusDetails, Step, StepTimer,
    Update,
};
use model::{JobId, ThingName};
use registry::{HeldJob, JobView, StoreError};

use crate::fleet::Fleet;
use crate::jobs::decide::Decided;
use crate::jobs::event::Event;
use crate::jobs::request::JobRef;

/// A bound for one answer. AWS names none; hundreds of pending jobs of one thing are a mistake.
const PENDING_MAX: usize = 200;

/// Executions that are not over, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PendingExecutions {
    pub in_progress: Vec<(JobId, Execution)>,
    pub queued: Vec<(JobId, Execution)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedExecution {
    pub job: JobId,
    pub execution: Execution,
    pub document: Option<String>,
}

/// What a device begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execute {
    pub details: Option<StatusDetails>,
    pub step_timer: Option<StepTimer>,
}

/// What a device reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub update: Update,
    pub number: Option<u64>,
    pub include_document: bool,
}

/// What a report has led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    pub state: StateShown,
    pub document: Option<String>,
}

/// An execution's state, as answers show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateShown {
    pub status: ExecutionStatus,
    pub details: StatusDetails,
    pub version: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum DeviceJobError {
    #[error("the thing {thing} does not exist")]
    ThingNotFound { thing: ThingName },
    #[error("the thing {thing} has no execution of the job {job}")]
    NotFound { thing: ThingName, job: JobId },
    #[error("the thing {thing} has no execution {number} of the job {job}")]
    NumberNotFound { thing: ThingName, job: JobId, number: u64 },
    #[error("the execution of the job {job} is over: {status}")]
    Terminal { job: JobId, status: ExecutionStatus },
    #[error("{error}")]
    Refused { error: ExecutionError, state: StateShown },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StateShown {
    fn of(execution: &Execution) -> StateShown {
        StateShown {
            status: execution.status,
            details: execution.status_details.clone(),
            version: execution.version,
        }
    }
}

// === looking ===

impl Fleet {
    pub fn pending_executions(
        &self,
        thing: &ThingName,
    ) -> Result<PendingExecutions, DeviceJobError> {
        let view = self.registry().jobs();
        require_thing(&view, thing)?;
        let mut pending = PendingExecutions::default();
        for entry in view.queue(thing)?.all().iter().take(PENDING_MAX) {
            let Some(held) = view.execution(&entry.job, thing)? else { continue };
            let list = match entry.status {
                ExecutionStatus::InProgress => &mut pending.in_progress,
                _ => &mut pending.queued,
            };
            list.push((entry.job.clone(), held.execution));
        }
        Ok(pending)
    }

    /// Nothing if the next is asked for and there is none.
    pub fn execution_of_device(
        &self,
        thing: &ThingName,
        job: &JobRef,
        number: Option<u64>,
        include_document: bool,
    ) -> Result<Option<DescribedExecution>, DeviceJobError> {
        let view = self.registry().jobs();
        require_thing(&view, thing)?;
        let next = match job {
            JobRef::Next => match view.queue(thing)?.next() {
                Some(pending) => pending.job.clone(),
                None => return Ok(None),
            },
            JobRef::Job(id) => id.clone(),
        };
        let (_, execution) = execution_of(&view, thing, &next, number)?;
        if execution.status.is_terminal() {
            let (job, status) = (next, execution.status);
            return Err(DeviceJobError::Terminal { job, status });
        }
        Ok(Some(described(&view, next, execution, include_document)?))
    }
}

// === reporting ===

impl Fleet {
    /// The next execution, which has begun if it had not. Nothing if there is none.
    pub async fn start_next_execution(
        &self,
        thing: &ThingName,
        how: &Execute,
    ) -> Result<Option<DescribedExecution>, DeviceJobError> {
        let now = self.0.clock.now();
        self.decide_jobs(|view| {
            require_thing(view, thing)?;
            let Some(next) = view.queue(thing)?.next().map(|pending| pending.job.clone()) else {
                return Ok(Decided::nothing(None));
            };
            let (held_job, execution) = execution_of(view, thing, &next, None)?;
            // What has begun keeps what it reported.
            let is_begun = execution.status == ExecutionStatus::InProgress;
            if is_begun && how.step_timer.is_none() {
                let described = described(view, next, execution, true)?;
                return Ok(Decided::nothing(Some(described)));
            }
            let update = Update {
                status: ExecutionStatus::InProgress,
                details: how.details.clone().filter(|_| !is_begun),
                step_timer: how.step_timer,
                expected_version: None,
            };
            let decided = self.report(view, thing, &held_job, &update, None, now)?;
            let document = view.document(&next)?;
            let execution = decided.outcome.reported.clone();
            let outcome = Some(DescribedExecution { job: next, execution, document });
            Ok(Decided { batch: decided.batch, messages: decided.messages, outcome })
        })
        .await
    }

    pub async fn report_execution(
        &self,
        thing: &ThingName,
        id: &JobId,
        report: &Report,
    ) -> Result<Reported, DeviceJobError> {
        let now = self.0.clock.now();
        self.decide_jobs(|view| {
            require_thing(view, thing)?;
            let (held_job, _) = execution_of(view, thing, id, report.number)?;
            let decided =
                self.report(view, thing, &held_job, &report.update, report.number, now)?;
            let document = match report.include_document {
                true => view.document(id)?,
                false => None,
            };
            let state = StateShown::of(&decided.outcome.reported);
            let outcome = Reported { state, document };
            Ok(Decided { batch: decided.batch, messages: decided.messages, outcome })
        })
        .await
    }

    fn report(
        &self,
        view: &JobView,
        thing: &ThingName,
        held_job: &HeldJob,
        update: &Update,
        number: Option<u64>,
        now: u64,
    ) -> Result<Decided<Step>, DeviceJobError> {
        let job: &Job = &held_job.job;
        let (_, execution) = execution_of(view, thing, &job.id, number)?;
        let step = execution.update(update, &job.rules(), now).map_err(|error| {
            DeviceJobError::Refused { error, state: StateShown::of(&execution) }
        })?;
        let held = view.execution(&job.id, thing)?;
        let mut draft = view.draft();
        draft.keep_job(held_job);
        draft.put_execution(&job.id, thing, held.as_ref(), &step.next)?;
        let events: Vec<Event> = Event::ended(&job.id, thing, &step.reported).into_iter().collect();
        Ok(self.decided(view, draft, &events, step, now)?)
    }
}

fn require_thing(view: &JobView, thing: &ThingName) -> Result<(), DeviceJobError> {
    match view.has_thing(thing)? {
        true => Ok(()),
        false => Err(DeviceJobError::ThingNotFound { thing: thing.clone() }),
    }
}

/// A job and a thing's execution of it. Of a job that is being deleted a device learns nothing.
fn execution_of(
    view: &JobView,
    thing: &ThingName,
    id: &JobId,
    number: Option<u64>,
) -> Result<(HeldJob, Execution), DeviceJobError> {
    let missing = || DeviceJobError::NotFound { thing: thing.clone(), job: id.clone() };
    let held = view.job(id)?.filter(|held| held.job.status != JobStatus::DeletionInProgress);
    let held = held.ok_or_else(missing)?;
    let execution = view.execution(id, thing)?.ok_or_else(missing)?.execution;
    match number {
        Some(number) if number != execution.number => {
            let (thing, job) = (thing.clone(), id.clone());
            Err(DeviceJobError::NumberNotFound { thing, job, number })
        }
        _ => Ok((held, execution)),
    }
}

fn described(
    view: &JobView,
    job: JobId,
    execution: Execution,
    include_document: bool,
) -> Result<DescribedExecution, StoreError> {
    let document = if include_document { view.document(&job)? } else { None };
    Ok(DescribedExecution { job, execution, document })
}
