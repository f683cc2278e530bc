//! CancelJob

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::job::shape::JobNamed;
use crate::operation::Operation;
use crate::state::State;
use jobs::Cancellation;
use model::JobId;

#[derive(Debug)]
pub(crate) struct CancelJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    reason_code: Option<String>,
    comment: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    force: Option<bool>,
}

impl Operation for CancelJob {
    const NAME: &'static str = "CancelJob";
    const METHOD_AND_PATH: &'static str = "PUT /jobs/{jobId}/cancel";
    const QUERY: &'static [(&'static str, &'static str)] = &[("force", "force")];

    type Input = Input;
    type Output = JobNamed;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<JobNamed, AwsError> {
        let how = Cancellation {
            force: input.force.unwrap_or(false),
            reason_code: input.reason_code,
            comment: input.comment,
        };
        let job = state.fleet.cancel_job(&input.job_id, &how).await?;
        Ok(JobNamed::of(&state.fleet, job))
    }
}
