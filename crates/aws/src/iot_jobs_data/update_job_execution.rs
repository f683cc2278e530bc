//! UpdateJobExecution

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot_jobs_data::shape::{ShownState, step_timer};
use crate::operation::Operation;
use crate::state::State;
use fleet::Report;
use jobs::{ExecutionStatus, StatusDetails, Update};
use model::{JobId, ThingName};

#[derive(Debug)]
pub(crate) struct UpdateJobExecution;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    thing_name: ThingName,
    status: String,
    status_details: Option<StatusDetails>,
    step_timeout_in_minutes: Option<i64>,
    expected_version: Option<u64>,
    include_job_execution_state: Option<bool>,
    include_job_document: Option<bool>,
    execution_number: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_state: Option<ShownState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_document: Option<String>,
}

impl Operation for UpdateJobExecution {
    const NAME: &'static str = "UpdateJobExecution";
    const METHOD_AND_PATH: &'static str = "POST /things/{thingName}/jobs/{jobId}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let status = ExecutionStatus::parse(&input.status).ok_or_else(|| {
            AwsError::invalid_request(format!("{:?} is no status of an execution", input.status))
        })?;
        let update = Update {
            status,
            details: input.status_details,
            step_timer: step_timer(input.step_timeout_in_minutes)?,
            expected_version: input.expected_version,
        };
        let number = input.execution_number;
        let include_document = input.include_job_document.unwrap_or(false);
        let report = Report { update, number, include_document };
        let reported =
            state.fleet.report_execution(&input.thing_name, &input.job_id, &report).await?;
        let is_wanted = input.include_job_execution_state.unwrap_or(false);
        Ok(Output {
            execution_state: is_wanted.then(|| ShownState::of(reported.state)),
            job_document: reported.document,
        })
    }
}
