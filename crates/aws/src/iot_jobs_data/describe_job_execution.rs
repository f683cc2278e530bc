//! DescribeJobExecution

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot_jobs_data::shape::{ShownExecution, no_job_id};
use crate::operation::Operation;
use crate::state::State;
use fleet::JobRef;
use model::ThingName;

#[derive(Debug)]
pub(crate) struct DescribeJobExecution;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    job_id: String,
    #[serde(default, deserialize_with = "from_text")]
    execution_number: Option<u64>,
    #[serde(default, deserialize_with = "from_text")]
    include_job_document: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<ShownExecution>,
}

impl Operation for DescribeJobExecution {
    const NAME: &'static str = "DescribeJobExecution";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/jobs/{jobId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("executionNumber", "executionNumber"), ("includeJobDocument", "includeJobDocument")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (thing, number) = (&input.thing_name, input.execution_number);
        let job = JobRef::parse(&input.job_id).ok_or_else(|| no_job_id(&input.job_id))?;
        let document = input.include_job_document.unwrap_or(true);
        let described = state.fleet.execution_of_device(thing, &job, number, document)?;
        let now = state.clock.now();
        Ok(Output { execution: described.map(|it| ShownExecution::of(&input.thing_name, it, now)) })
    }
}
