//! DeleteJobTemplate

use std::sync::Arc;

use serde::Deserialize;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::job::template_not_found;
use crate::operation::Operation;
use crate::reply::Nothing;
use crate::state::State;
use model::JobTemplateId;

#[derive(Debug)]
pub(crate) struct DeleteJobTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_template_id: JobTemplateId,
}

impl Operation for DeleteJobTemplate {
    const NAME: &'static str = "DeleteJobTemplate";
    const METHOD_AND_PATH: &'static str = "DELETE /job-templates/{jobTemplateId}";

    type Input = Input;
    type Output = Nothing;

    fn resource(input: &Input) -> String {
        format!("jobtemplate/{}", input.job_template_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Nothing, AwsError> {
        let id = &input.job_template_id;
        match state.fleet.registry().delete_job_template(id).await? {
            true => Ok(Nothing {}),
            false => Err(template_not_found(id)),
        }
    }
}
