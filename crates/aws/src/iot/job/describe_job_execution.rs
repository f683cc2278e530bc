//! DescribeJobExecution

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use fleet::ExecutionKey;
use jobs::StatusDetails;
use model::{JobId, ThingName};

#[derive(Debug)]
pub(crate) struct DescribeJobExecution;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    thing_name: ThingName,
    #[serde(default, deserialize_with = "from_text")]
    execution_number: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    execution: Shown,
}

impl Operation for DescribeJobExecution {
    const NAME: &'static str = "DescribeJobExecution";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/jobs/{jobId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("executionNumber", "executionNumber")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let key = ExecutionKey {
            job: input.job_id,
            thing: input.thing_name,
            number: input.execution_number,
        };
        let execution = state.fleet.describe_execution(&key)?;
        let now = state.clock.now();
        let details = execution.status_details.clone();
        Ok(Output {
            execution: Shown {
                status: execution.status.as_str(),
                force_canceled: execution.force_canceled,
                status_details: Details { details_map: details },
                thing_arn: state.fleet.registry().thing_arn(&key.thing).to_string(),
                queued_at: seconds(execution.queued_at),
                started_at: execution.started_at.map(seconds),
                last_updated_at: seconds(execution.last_updated_at),
                execution_number: execution.number,
                version_number: execution.version,
                approximate_seconds_before_timed_out: execution.seconds_before_timed_out(now),
                job_id: key.job,
            },
        })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    job_id: JobId,
    status: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    force_canceled: bool,
    status_details: Details,
    thing_arn: String,
    queued_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<f64>,
    last_updated_at: f64,
    execution_number: u64,
    version_number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    approximate_seconds_before_timed_out: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    details_map: StatusDetails,
}
