//! CreateJob

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::job::schedule::Scheduling;
use crate::iot::job::settings::{Abort, Criteria, PresignedUrl, Retry, Rollout, Settings, Timeout};
use crate::iot::job::shape::{
    JobNamed, NO_NAMESPACES, NO_PACKAGES, NO_PARAMETERS, NO_SOURCES, Selection, refuse,
};
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::state::State;
use fleet::NewJob;
use model::JobId;
use serde_json::Value;

#[derive(Debug)]
pub(crate) struct CreateJob;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    targets: Vec<String>,
    document: Option<String>,
    document_source: Option<String>,
    description: Option<String>,
    target_selection: Option<Selection>,
    presigned_url_config: Option<PresignedUrl>,
    job_executions_rollout_config: Option<Rollout>,
    abort_config: Option<Criteria<Abort>>,
    timeout_config: Option<Timeout>,
    job_executions_retry_config: Option<Criteria<Retry>>,
    scheduling_config: Option<Scheduling>,
    tags: Option<TagList>,
    namespace_id: Option<String>,
    job_template_arn: Option<String>,
    document_parameters: Option<Value>,
    destination_package_versions: Option<Value>,
}

impl Operation for CreateJob {
    const NAME: &'static str = "CreateJob";
    const METHOD_AND_PATH: &'static str = "PUT /jobs/{jobId}";

    type Input = Input;
    type Output = JobNamed;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.presigned_url_config.as_ref().and_then(PresignedUrl::passed_role)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<JobNamed, AwsError> {
        refuse("documentSource", NO_SOURCES, input.document_source.as_ref())?;
        refuse("namespaceId", NO_NAMESPACES, input.namespace_id.as_ref())?;
        refuse("documentParameters", NO_PARAMETERS, input.document_parameters.as_ref())?;
        let packages = input.destination_package_versions.as_ref();
        refuse("destinationPackageVersions", NO_PACKAGES, packages)?;
        let settings = Settings {
            rollout: input.job_executions_rollout_config,
            abort: input.abort_config,
            timeout: input.timeout_config,
            retry: input.job_executions_retry_config,
            presigned_url: input.presigned_url_config,
        };
        let new = NewJob {
            id: input.job_id,
            targets: input.targets,
            target_selection: input.target_selection.map(Selection::read).unwrap_or_default(),
            description: input.description,
            document: input.document,
            config: settings.choice()?,
            schedule: input.scheduling_config.unwrap_or_default().read()?,
            template_arn: input.job_template_arn,
            tags: tags_of(input.tags)?,
        };
        let job = state.fleet.create_job(new).await?;
        Ok(JobNamed::of(&state.fleet, job))
    }
}
