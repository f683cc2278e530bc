//! ListProvisioningTemplateVersions

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::{TOKENS, page_limit};
use crate::iot::seconds;
use crate::iot::template::shape::find;
use crate::operation::Operation;
use crate::state::State;
use model::TemplateName;
use registry::TemplateVersion;

#[derive(Debug)]
pub(crate) struct ListProvisioningTemplateVersions;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: TemplateName,
    next_token: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    versions: Vec<Listed>,
}

impl Operation for ListProvisioningTemplateVersions {
    const NAME: &'static str = "ListProvisioningTemplateVersions";
    const METHOD_AND_PATH: &'static str = "GET /provisioning-templates/{templateName}/versions";
    const QUERY: &'static [(&'static str, &'static str)] = TOKENS;

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("provisioningtemplate/{}", input.template_name)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        page_limit(input.max_results)?;
        if input.next_token.is_some() {
            let message = "nextToken is unknown: all versions are on one page";
            return Err(AwsError::invalid_request(message));
        }
        let found = find(&state, &input.template_name)?;
        let listed = |version: &TemplateVersion| Listed {
            version_id: version.number,
            creation_date: seconds(version.created_at),
            is_default_version: version.number == found.default_version,
        };
        Ok(Output { versions: found.versions.iter().map(listed).collect() })
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listed {
    version_id: u32,
    creation_date: f64,
    is_default_version: bool,
}
