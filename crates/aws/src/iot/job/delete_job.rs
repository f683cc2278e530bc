//! DeleteJob

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::job::shape::{NO_NAMESPACES, refuse};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::JobId;

#[derive(Debug)]
pub(crate) struct DeleteJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    #[serde(default, deserialize_with = "from_text")]
    force: Option<bool>,
    namespace_id: Option<String>,
}

impl Operation for DeleteJob {
    const NAME: &'static str = "DeleteJob";
    const METHOD_AND_PATH: &'static str = "DELETE /jobs/{jobId}";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("force", "force"), ("namespaceId", "namespaceId")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        refuse("namespaceId", NO_NAMESPACES, input.namespace_id.as_ref())?;
        state.fleet.delete_job(&input.job_id, input.force.unwrap_or(false)).await?;
        Ok(Nothing {})
    }
}
