//! DescribeJobTemplate

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::job::settings::ShownSettings;
use crate::iot::job::template_not_found;
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::JobTemplateId;

#[derive(Debug)]
pub(crate) struct DescribeJobTemplate;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_template_id: JobTemplateId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    job_template_arn: String,
    job_template_id: JobTemplateId,
    description: String,
    document: String,
    created_at: f64,
    #[serde(flatten)]
    settings: ShownSettings,
}

impl Operation for DescribeJobTemplate {
    const NAME: &'static str = "DescribeJobTemplate";
    const METHOD_AND_PATH: &'static str = "GET /job-templates/{jobTemplateId}";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("jobtemplate/{}", input.job_template_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let id = &input.job_template_id;
        let template =
            state.fleet.registry().job_template(id)?.ok_or_else(|| template_not_found(id))?;
        Ok(Output {
            job_template_arn: state.fleet.registry().job_template_arn(id).to_string(),
            description: template.description,
            document: template.document,
            created_at: seconds(template.created_at),
            settings: ShownSettings::of(&template.config),
            job_template_id: template.id,
        })
    }
}
