//! ListJobExecutionsForJob

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::job::shape::{ExecutionSummary, execution_status};
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;
use fleet::ListedExecution;
use model::JobId;

#[derive(Debug)]
pub(crate) struct ListJobExecutionsForJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    status: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    execution_summaries: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListJobExecutionsForJob {
    const NAME: &'static str = "ListJobExecutionsForJob";
    const METHOD_AND_PATH: &'static str = "GET /jobs/{jobId}/things";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("status", "status"), ("maxResults", "maxResults"), ("nextToken", "nextToken")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let status = execution_status(input.status.as_deref())?;
        let (id, token) = (&input.job_id, input.next_token.as_deref());
        // A job that is not there is an error, one without executions is not.
        state.fleet.describe_job(id)?;
        let page = state.fleet.executions_of_job(id, status, token, limit)?;
        let listed = |listed: &ListedExecution| Listed {
            thing_arn: state.fleet.registry().thing_arn(&listed.thing).to_string(),
            job_execution_summary: ExecutionSummary::of(&listed.execution),
        };
        let execution_summaries = page.items.iter().map(listed).collect();
        Ok(Output { execution_summaries, next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    thing_arn: String,
    job_execution_summary: ExecutionSummary,
}
