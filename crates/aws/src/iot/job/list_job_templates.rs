//! ListJobTemplates

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{TOKENS, page_limit};
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::JobTemplateId;
use registry::JobTemplate;

#[derive(Debug)]
pub(crate) struct ListJobTemplates;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    job_templates: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListJobTemplates {
    const NAME: &'static str = "ListJobTemplates";
    const METHOD_AND_PATH: &'static str = "GET /job-templates";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let registry = state.fleet.registry();
        let page = registry.job_templates(input.next_token.as_deref(), limit)?;
        let listed = |template: JobTemplate| Listed {
            job_template_arn: registry.job_template_arn(&template.id).to_string(),
            job_template_id: template.id,
            description: template.description,
            created_at: seconds(template.created_at),
        };
        let job_templates = page.items.into_iter().map(listed).collect();
        Ok(Output { job_templates, next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    job_template_arn: String,
    job_template_id: JobTemplateId,
    description: String,
    created_at: f64,
}
