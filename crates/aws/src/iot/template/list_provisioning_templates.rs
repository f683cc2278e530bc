//! ListProvisioningTemplates

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{TOKENS, page_limit};
use crate::iot::seconds;
use crate::operation::Operation;
use crate::state::State;
use model::TemplateName;
use registry::{Template, TemplateKind};

#[derive(Debug)]
pub(crate) struct ListProvisioningTemplates;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    templates: Vec<Listed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListProvisioningTemplates {
    const NAME: &'static str = "ListProvisioningTemplates";
    const METHOD_AND_PATH: &'static str = "GET /provisioning-templates";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.max_results)?;
        let registry = state.fleet.registry();
        let page = registry.templates(input.next_token.as_deref(), limit)?;
        let listed = |found: Template| Listed {
            template_arn: registry.template_arn(&found.name).to_string(),
            template_name: found.name,
            description: found.description,
            creation_date: seconds(found.created_at),
            last_modified_date: seconds(found.modified_at),
            enabled: found.is_enabled,
            r#type: found.kind,
        };
        let templates = page.items.into_iter().map(listed).collect();
        Ok(Output { templates, next_token: page.next })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    template_arn: String,
    template_name: TemplateName,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    creation_date: f64,
    last_modified_date: f64,
    enabled: bool,
    r#type: TemplateKind,
}
