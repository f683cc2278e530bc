//! Messages that tell a house's rules and dashboards what became of jobs: `$aws/events/job/…` and
//! `$aws/events/jobExecution/…`. Like everything that a message carries, the JSON is the wire of
//! those who subscribe, not of the AWS door.

use jobs::{Counters, Execution, ExecutionStatus, Job};
use model::{JobId, Message, ThingName};
use registry::{EventType, StoreError};
use serde_json::{Value, json};
use stdx::clock::UnixMillis;

use crate::events::message;
use crate::fleet::Fleet;
use crate::ids::uuid;

/// Something that is told.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Job {
        what: JobEvent,
        job: Box<Job>,
        counters: Counters,
    },
    /// An attempt is over.
    Ended {
        job: JobId,
        thing: ThingName,
        execution: Box<Execution>,
    },
    Deleted {
        job: JobId,
        thing: ThingName,
        execution: Box<Execution>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobEvent {
    Completed,
    CancellationInProgress,
    Canceled,
    DeletionInProgress,
    Deleted,
}

impl JobEvent {
    fn operation(self) -> &'static str {
        match self {
            JobEvent::Completed => "completed",
            JobEvent::CancellationInProgress => "cancellation_in_progress",
            JobEvent::Canceled => "canceled",
            JobEvent::DeletionInProgress => "deletion_in_progress",
            JobEvent::Deleted => "deleted",
        }
    }
}

impl Event {
    pub(super) fn job(what: JobEvent, job: &Job, counters: &Counters) -> Event {
        Event::Job { what, job: Box::new(job.clone()), counters: *counters }
    }

    /// Of an attempt that has become this; nothing if it is not over.
    pub(super) fn ended(job: &JobId, thing: &ThingName, execution: &Execution) -> Option<Event> {
        let execution = Box::new(execution.clone());
        let is_over = execution.status.is_terminal();
        is_over.then(|| Event::Ended { job: job.clone(), thing: thing.clone(), execution })
    }

    pub(super) fn deleted(job: &JobId, thing: &ThingName, execution: &Execution) -> Event {
        let execution = Box::new(execution.clone());
        Event::Deleted { job: job.clone(), thing: thing.clone(), execution }
    }
}

impl Fleet {
    /// The message of an event, if anybody asked for such.
    pub(super) fn job_event(
        &self,
        event: &Event,
        now: UnixMillis,
    ) -> Result<Option<Message>, StoreError> {
        let wanted = match event {
            Event::Job { .. } => EventType::Job,
            Event::Ended { .. } | Event::Deleted { .. } => EventType::JobExecution,
        };
        if !self.registry().sends_event(wanted)? {
            return Ok(None);
        }
        let (kind, id, mut payload) = match event {
            Event::Job { what, job, counters } => {
                ("job", &job.id, self.of_job(*what, job, counters))
            }
            Event::Ended { job, thing, execution } => {
                let operation = execution.status.as_str().to_lowercase();
                ("jobExecution", job, self.of_execution(&operation, job, thing, execution))
            }
            Event::Deleted { job, thing, execution } => {
                ("jobExecution", job, self.of_execution("deleted", job, thing, execution))
            }
        };
        payload["eventId"] = uuid(&pki::random_digits()).into();
        payload["timestamp"] = (now / 1_000).into();
        let operation = payload["operation"].as_str().unwrap_or_default();
        let topic = format!("$aws/events/{kind}/{id}/{operation}");
        Ok(Some(message(&topic, &payload)))
    }

    fn of_job(&self, what: JobEvent, job: &Job, counters: &Counters) -> Value {
        let operation = what.operation();
        let targets = job.targets.iter().map(|target| self.job_target_arn(target).to_string());
        let mut payload = json!({
            "eventType": "JOB",
            "operation": operation,
            "jobId": job.id,
            "status": operation.to_uppercase(),
            "targetSelection": job.target_selection.as_str(),
            "targets": targets.collect::<Vec<_>>(),
            "createdAt": job.created_at / 1_000,
            "lastUpdatedAt": job.last_updated_at / 1_000,
        });
        let optional = [
            ("description", job.description.as_ref().map(|text| json!(text))),
            ("comment", job.comment.as_ref().map(|text| json!(text))),
            ("reasonCode", job.reason_code.as_ref().map(|text| json!(text))),
            ("completedAt", job.completed_at.map(|at| json!(at / 1_000))),
            ("jobProcessDetails", is_result(what).then(|| details(counters))),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                payload[name] = value;
            }
        }
        payload
    }

    fn of_execution(
        &self,
        operation: &str,
        job: &JobId,
        thing: &ThingName,
        execution: &Execution,
    ) -> Value {
        json!({
            "eventType": "JOB_EXECUTION",
            "operation": operation,
            "jobId": job,
            "thingArn": self.registry().thing_arn(thing).as_str(),
            "status": operation.to_uppercase(),
            "statusDetails": execution.status_details,
        })
    }
}

fn is_result(what: JobEvent) -> bool {
    matches!(what, JobEvent::Completed | JobEvent::Canceled)
}

fn details(counters: &Counters) -> Value {
    use ExecutionStatus::{Canceled, Failed, InProgress, Queued};
    use ExecutionStatus::{Rejected, Removed, Succeeded, TimedOut};
    json!({
        "numberOfCanceledThings": counters.of(Canceled),
        "numberOfRejectedThings": counters.of(Rejected),
        "numberOfFailedThings": counters.of(Failed),
        "numberOfRemovedThings": counters.of(Removed),
        "numberOfSucceededThings": counters.of(Succeeded),
        "numberOfQueuedThings": counters.of(Queued),
        "numberOfInProgressThings": counters.of(InProgress),
        "numberOfTimedOutThings": counters.of(TimedOut),
    })
}
