//! UpdateJob

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::job::settings::{Abort, Criteria, PresignedUrl, Retry, Rollout, Settings, Timeout};
use crate::iot::job::shape::{NO_NAMESPACES, refuse};
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use fleet::JobUpdate;
use model::JobId;

#[derive(Debug)]
pub(crate) struct UpdateJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    description: Option<String>,
    presigned_url_config: Option<PresignedUrl>,
    job_executions_rollout_config: Option<Rollout>,
    abort_config: Option<Criteria<Abort>>,
    timeout_config: Option<Timeout>,
    job_executions_retry_config: Option<Criteria<Retry>>,
    namespace_id: Option<String>,
}

impl Operation for UpdateJob {
    const NAME: &'static str = "UpdateJob";
    const METHOD_AND_PATH: &'static str = "PATCH /jobs/{jobId}";
    const QUERY: &'static [(&'static str, &'static str)] = &[("namespaceId", "namespaceId")];

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.presigned_url_config.as_ref().and_then(PresignedUrl::passed_role)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        refuse("namespaceId", NO_NAMESPACES, input.namespace_id.as_ref())?;
        let settings = Settings {
            rollout: input.job_executions_rollout_config,
            abort: input.abort_config,
            timeout: input.timeout_config,
            retry: input.job_executions_retry_config,
            presigned_url: input.presigned_url_config,
        };
        let update = JobUpdate { description: input.description, config: settings.choice()? };
        state.fleet.update_job(&input.job_id, &update).await?;
        Ok(Nothing {})
    }
}
