//! CreateJobTemplate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::{Caller, PassedRole};
use crate::error::AwsError;
use crate::iot::job::settings::{Abort, Criteria, PresignedUrl, Retry, Rollout, Settings, Timeout};
use crate::iot::job::shape::{NO_PACKAGES, NO_SOURCES, NO_WINDOWS, refuse};
use crate::iot::tag::shape::{TagList, tags_of};
use crate::operation::Operation;
use crate::state::State;
use fleet::NewJobTemplate;
use model::JobTemplateId;
use serde_json::Value;

#[derive(Debug)]
pub(crate) struct CreateJobTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_template_id: JobTemplateId,
    job_arn: Option<String>,
    document_source: Option<String>,
    document: Option<String>,
    description: String,
    presigned_url_config: Option<PresignedUrl>,
    job_executions_rollout_config: Option<Rollout>,
    abort_config: Option<Criteria<Abort>>,
    timeout_config: Option<Timeout>,
    job_executions_retry_config: Option<Criteria<Retry>>,
    tags: Option<TagList>,
    maintenance_windows: Option<Value>,
    destination_package_versions: Option<Value>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    job_template_arn: String,
    job_template_id: JobTemplateId,
}

impl Operation for CreateJobTemplate {
    const NAME: &'static str = "CreateJobTemplate";
    const METHOD_AND_PATH: &'static str = "PUT /job-templates/{jobTemplateId}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("jobtemplate/{}", input.job_template_id)
    }

    fn passed_role(input: &Input) -> Option<PassedRole<'_>> {
        input.presigned_url_config.as_ref().and_then(PresignedUrl::passed_role)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        refuse("documentSource", NO_SOURCES, input.document_source.as_ref())?;
        refuse("maintenanceWindows", NO_WINDOWS, input.maintenance_windows.as_ref())?;
        let packages = input.destination_package_versions.as_ref();
        refuse("destinationPackageVersions", NO_PACKAGES, packages)?;
        let settings = Settings {
            rollout: input.job_executions_rollout_config,
            abort: input.abort_config,
            timeout: input.timeout_config,
            retry: input.job_executions_retry_config,
            presigned_url: input.presigned_url_config,
        };
        let new = NewJobTemplate {
            id: input.job_template_id,
            job_arn: input.job_arn,
            description: input.description,
            document: input.document,
            config: settings.choice()?,
            tags: tags_of(input.tags)?,
        };
        let template = state.fleet.create_job_template(new).await?;
        Ok(Output {
            job_template_arn: state.fleet.registry().job_template_arn(&template.id).to_string(),
            job_template_id: template.id,
        })
    }
}
