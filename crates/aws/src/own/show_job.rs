//! ShowJob: a job, and what each of its executions that is not over waits for.

use std::sync::Arc;

use fleet::WaitingThing;
use model::JobId;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::own::list_jobs::Shown;
use crate::state::State;

/// More than anybody reads at once.
const WAITING_MAX: usize = 1_000;

#[derive(Debug)]
pub(crate) struct ShowJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    job: Shown,
    targets: Vec<String>,
    comment: Option<String>,
    document: String,
    waiting: Vec<ShownWaiting>,
    /// Whether more wait than are shown.
    has_more: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownWaiting {
    thing_name: String,
    /// Nothing if the thing was not told yet.
    status: Option<&'static str>,
    waits_for: String,
    /// Milliseconds since the Unix epoch; nothing if it waits until somebody does something.
    until: Option<u64>,
}

impl From<WaitingThing> for ShownWaiting {
    fn from(waiting: WaitingThing) -> ShownWaiting {
        ShownWaiting {
            thing_name: waiting.thing.to_string(),
            status: waiting.execution.map(|execution| execution.status.as_str()),
            waits_for: waiting.waiting.to_string(),
            until: waiting.waiting.until(),
        }
    }
}

impl Operation for ShowJob {
    const NAME: &'static str = "ShowJob";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let id = &input.job_id;
        let job = state.fleet.describe_job(id)?.job;
        let waiting = state.fleet.waiting_of_job(id, WAITING_MAX + 1)?;
        let has_more = waiting.len() > WAITING_MAX;
        let targets = job.targets.iter().map(|target| state.fleet.job_target_arn(target));
        Ok(Output {
            targets: targets.map(|arn| arn.to_string()).collect(),
            comment: job.comment.clone(),
            document: state.fleet.job_document(id)?,
            waiting: waiting.into_iter().take(WAITING_MAX).map(ShownWaiting::from).collect(),
            has_more,
            job: Shown::of(&state, &job)?,
        })
    }
}
