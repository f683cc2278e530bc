//! DeleteJobExecution

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::job::shape::{NO_NAMESPACES, refuse};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use fleet::ExecutionKey;
use model::{JobId, ThingName};

#[derive(Debug)]
pub(crate) struct DeleteJobExecution;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    thing_name: ThingName,
    #[serde(default, deserialize_with = "from_text")]
    execution_number: Option<u64>,
    #[serde(default, deserialize_with = "from_text")]
    force: Option<bool>,
    namespace_id: Option<String>,
}

impl Operation for DeleteJobExecution {
    const NAME: &'static str = "DeleteJobExecution";
    const METHOD_AND_PATH: &'static str =
        "DELETE /things/{thingName}/jobs/{jobId}/executionNumber/{executionNumber}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("force", "force"), ("namespaceId", "namespaceId")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        refuse("namespaceId", NO_NAMESPACES, input.namespace_id.as_ref())?;
        let force = input.force.unwrap_or(false);
        let (job, thing, number) = (input.job_id, input.thing_name, input.execution_number);
        state.fleet.delete_execution(&ExecutionKey { job, thing, number }, force).await?;
        Ok(Nothing {})
    }
}
