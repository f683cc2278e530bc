//! ListJobExecutionsForThing

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::job::shape::{ExecutionSummary, NO_NAMESPACES, execution_status, refuse};
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;
use fleet::ListedExecution;
use model::{JobId, ThingName};

#[derive(Debug)]
pub(crate) struct ListJobExecutionsForThing;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    thing_name: ThingName,
    status: Option<String>,
    namespace_id: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    next_token: Option<String>,
    job_id: Option<JobId>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    execution_summaries: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListJobExecutionsForThing {
    const NAME: &'static str = "ListJobExecutionsForThing";
    const METHOD_AND_PATH: &'static str = "GET /things/{thingName}/jobs";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("status", "status"),
        ("namespaceId", "namespaceId"),
        ("maxResults", "maxResults"),
        ("nextToken", "nextToken"),
        ("jobId", "jobId"),
    ];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        refuse("namespaceId", NO_NAMESPACES, input.namespace_id.as_ref())?;
        let limit = page_limit(input.max_results)?;
        let status = execution_status(input.status.as_deref())?;
        let (thing, token) = (&input.thing_name, input.next_token.as_deref());
        if state.fleet.registry().thing(thing)?.is_none() {
            return Err(AwsError::not_found(format!("Thing {thing} cannot be found.")));
        }
        let job = input.job_id.as_ref();
        let page = state.fleet.executions_of_thing(thing, status, job, token, limit)?;
        let listed = |listed: ListedExecution| Listed {
            job_execution_summary: ExecutionSummary::of(&listed.execution),
            job_id: listed.job,
        };
        let execution_summaries = page.items.into_iter().map(listed).collect();
        Ok(Output { execution_summaries, next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    job_id: JobId,
    job_execution_summary: ExecutionSummary,
}
