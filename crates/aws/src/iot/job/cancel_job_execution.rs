//! CancelJobExecution

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use fleet::ExecutionKey;
use jobs::StatusDetails;
use model::{JobId, ThingName};

#[derive(Debug)]
pub(crate) struct CancelJobExecution;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    thing_name: ThingName,
    #[serde(default, deserialize_with = "from_text")]
    force: Option<bool>,
    expected_version: Option<u64>,
    status_details: Option<StatusDetails>,
}

impl Operation for CancelJobExecution {
    const NAME: &'static str = "CancelJobExecution";
    const METHOD_AND_PATH: &'static str = "PUT /things/{thingName}/jobs/{jobId}/cancel";
    const QUERY: &'static [(&'static str, &'static str)] = &[("force", "force")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("thing/{}", input.thing_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let (force, version) = (input.force.unwrap_or(false), input.expected_version);
        let details = input.status_details.as_ref();
        let key = ExecutionKey { job: input.job_id, thing: input.thing_name, number: None };
        state.fleet.cancel_execution(&key, force, version, details).await?;
        Ok(Nothing {})
    }
}
