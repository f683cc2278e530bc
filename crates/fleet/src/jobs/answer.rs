//! Jobs over MQTT: a device's request, and the answer that goes to it alone.

use jobs::{ExecutionError, ExecutionStatus, StepTimer};
use model::{JobId, Message, ThingName};
use serde_json::{Value, json};

use crate::events::message;
use crate::fleet::Fleet;
use crate::jobs::device::{DescribedExecution, DeviceJobError, Execute, Report, StateShown};
use crate::jobs::request::{JobRef, JobsRequest};
use crate::jobs::wire::{self, Letter, LetterError};
use crate::letter::{NotAccepted, Undone};

/// AWS's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    InvalidJson,
    InvalidRequest,
    InvalidStateTransition,
    ResourceNotFound,
    VersionMismatch,
    TerminalStateReached,
    InternalError,
}

/// Why a request is rejected.
struct Rejection {
    code: Code,
    message: String,
    state: Option<StateShown>,
}

type Answer = Result<Value, NotAccepted<Rejection>>;

impl Fleet {
    /// The answer to a request on `$aws/things/{thing}/jobs/…`. What was accepted is on disk.
    pub async fn answer_jobs(
        &self,
        thing: &ThingName,
        request: &JobsRequest,
        payload: &[u8],
    ) -> Result<Message, Undone> {
        let (token, outcome) = match Letter::open(payload) {
            Ok(letter) => (letter.token.clone(), self.outcome(thing, request, &letter).await),
            Err(error) => (None, Err(error.into())),
        };
        let (end, mut answer) = match outcome {
            Ok(answer) => ("accepted", answer),
            Err(NotAccepted::Rejected(rejection)) => ("rejected", rejection.to_json()),
            Err(NotAccepted::Undone(undone)) => return Err(undone),
        };
        answer["timestamp"] = (self.0.clock.now() / 1_000).into();
        if let Some(token) = token {
            answer["clientToken"] = token.into();
        }
        let topic = format!("$aws/things/{thing}/jobs/{}/{end}", request.rest());
        Ok(message(&topic, &answer))
    }

    async fn outcome(&self, thing: &ThingName, request: &JobsRequest, letter: &Letter) -> Answer {
        match request {
            JobsRequest::GetPending => self.answer_pending(thing, letter),
            JobsRequest::StartNext => self.answer_start_next(thing, letter).await,
            JobsRequest::Describe(job) => self.answer_describe(thing, job, letter),
            JobsRequest::Update(job) => self.answer_update(thing, job, letter).await,
        }
    }

    fn answer_pending(&self, thing: &ThingName, letter: &Letter) -> Answer {
        let _: wire::Ask = letter.read()?;
        let pending = self.pending_executions(thing)?;
        let list = |executions: &[(JobId, jobs::Execution)]| -> Vec<Value> {
            executions.iter().map(|(id, e)| json!(wire::Summary::of(id, e))).collect()
        };
        Ok(json!({
            "inProgressJobs": list(&pending.in_progress),
            "queuedJobs": list(&pending.queued),
        }))
    }

    async fn answer_start_next(&self, thing: &ThingName, letter: &Letter) -> Answer {
        let ask: wire::StartNext = letter.read()?;
        let step_timer = step_timer(ask.step_timeout_in_minutes)?;
        let how = Execute { details: ask.status_details, step_timer };
        let started = self.start_next_execution(thing, &how).await?;
        Ok(self.show(thing, started))
    }

    fn answer_describe(&self, thing: &ThingName, job: &JobRef, letter: &Letter) -> Answer {
        let ask: wire::Describe = letter.read()?;
        let number = count("executionNumber", ask.execution_number)?;
        let include_document = ask.include_job_document.unwrap_or(true);
        let described = self.execution_of_device(thing, job, number, include_document)?;
        Ok(self.show(thing, described))
    }

    async fn answer_update(&self, thing: &ThingName, job: &JobId, letter: &Letter) -> Answer {
        let ask: wire::Update = letter.read()?;
        let status = ExecutionStatus::parse(&ask.status).ok_or_else(|| {
            Rejection::invalid(format!("{:?} is no status of an execution", ask.status))
        })?;
        let update = jobs::Update {
            status,
            details: ask.status_details,
            step_timer: step_timer(ask.step_timeout_in_minutes)?,
            expected_version: count("expectedVersion", ask.expected_version)?,
        };
        let number = count("executionNumber", ask.execution_number)?;
        let include_document = ask.include_job_document.unwrap_or(false);
        let report = Report { update, number, include_document };
        let reported = self.report_execution(thing, job, &report).await?;
        let mut answer = json!({});
        if ask.include_job_execution_state.unwrap_or(false) {
            answer["executionState"] = shown_state(&reported.state);
        }
        if let Some(document) = reported.document.as_deref().and_then(wire::raw) {
            answer["jobDocument"] = json!(document);
        }
        Ok(answer)
    }

    fn show(&self, thing: &ThingName, described: Option<DescribedExecution>) -> Value {
        let mut answer = json!({});
        // Device SDKs take a missing execution for none, and an empty one for one without a name.
        if let Some(described) = described {
            let (job, execution) = (&described.job, &described.execution);
            let document = described.document.as_deref();
            let now = self.0.clock.now();
            answer["execution"] = json!(wire::Execution::of(thing, job, execution, document, now));
        }
        answer
    }
}

impl Rejection {
    fn invalid(message: String) -> Rejection {
        Rejection { code: Code::InvalidRequest, message, state: None }
    }

    fn to_json(&self) -> Value {
        let mut json = json!({ "code": self.code.as_str(), "message": self.message });
        if let Some(state) = &self.state {
            json["executionState"] = shown_state(state);
        }
        json
    }
}

impl Code {
    fn as_str(self) -> &'static str {
        match self {
            Code::InvalidJson => "InvalidJson",
            Code::InvalidRequest => "InvalidRequest",
            Code::InvalidStateTransition => "InvalidStateTransition",
            Code::ResourceNotFound => "ResourceNotFound",
            Code::VersionMismatch => "VersionMismatch",
            Code::TerminalStateReached => "TerminalStateReached",
            Code::InternalError => "InternalError",
        }
    }
}

impl From<LetterError> for NotAccepted<Rejection> {
    fn from(error: LetterError) -> NotAccepted<Rejection> {
        let code = match error {
            LetterError::Json(_) => Code::InvalidJson,
            LetterError::Fields(_) | LetterError::Token => Code::InvalidRequest,
        };
        Rejection { code, message: error.to_string(), state: None }.into()
    }
}

impl From<DeviceJobError> for NotAccepted<Rejection> {
    fn from(error: DeviceJobError) -> NotAccepted<Rejection> {
        NotAccepted::because(error, Rejection::from)
    }
}

impl From<DeviceJobError> for Rejection {
    fn from(error: DeviceJobError) -> Rejection {
        let message = error.to_string();
        let (code, state) = match error {
            DeviceJobError::ThingNotFound { .. }
            | DeviceJobError::NotFound { .. }
            | DeviceJobError::NumberNotFound { .. } => (Code::ResourceNotFound, None),
            DeviceJobError::Terminal { .. } => (Code::TerminalStateReached, None),
            DeviceJobError::Refused { error, state } => refused(&error, state),
            DeviceJobError::Store(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a job cannot be stored");
                (Code::InternalError, None)
            }
        };
        Rejection { code, message, state }
    }
}

fn refused(error: &ExecutionError, state: StateShown) -> (Code, Option<StateShown>) {
    match error {
        ExecutionError::InvalidTransition { .. } => (Code::InvalidStateTransition, Some(state)),
        ExecutionError::VersionMismatch { .. } => (Code::VersionMismatch, Some(state)),
        ExecutionError::TooManyDetails { .. }
        | ExecutionError::DetailName { .. }
        | ExecutionError::DetailValue { .. }
        | ExecutionError::StepTimer { .. } => (Code::InvalidRequest, None),
    }
}

fn shown_state(state: &StateShown) -> Value {
    json!(wire::State::of(state.status, &state.details, state.version))
}

fn count(field: &'static str, number: Option<i64>) -> Result<Option<u64>, Rejection> {
    let count = |number: i64| {
        u64::try_from(number)
            .map_err(|_| Rejection::invalid(format!("{field} may not be {number}")))
    };
    number.map(count).transpose()
}

fn step_timer(minutes: Option<i64>) -> Result<Option<StepTimer>, Rejection> {
    let timer = |minutes| {
        StepTimer::from_minutes(minutes).map_err(|error| Rejection::invalid(error.to_string()))
    };
    minutes.map(timer).transpose()
}
