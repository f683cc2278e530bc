//! GetPendingJobExecutions

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot_jobs_data::shape::Summary;
use crate::operation::Operation;
use crate::state::State;
use jobs::Execution;
use model::{JobId, ThingName};

#[derive(Debug)]
pub(crate) struct GetPendingJobExecutions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    in_progress_jobs: Vec<Summary>,
    queued_jobs: Vec<Summary>,
}

impl Operation for GetPendingJobExecutions {
    const NAME: &'static str = "GetPendingJobExecutions";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/jobs";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let pending = state.fleet.pending_executions(&input.thing_name)?;
        let list = |executions: Vec<(JobId, Execution)>| {
            executions.into_iter().map(|(id, execution)| Summary::of(id, &execution)).collect()
        };
        Ok(Output {
            in_progress_jobs: list(pending.in_progress),
            queued_jobs: list(pending.queued),
        })
    }
}
