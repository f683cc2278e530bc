//! ListManagedJobTemplates

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListManagedJobTemplates;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    template_name: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    managed_job_templates: [(); 0],
}

impl Operation for ListManagedJobTemplates {
    const NAME: &'static str = "ListManagedJobTemplates";
    const METHOD_AND_PATH: &'static str = "GET /managed-job-templates";
    const QUERY: &'static [(&'static str, &'static str)] = &[
        ("templateName", "templateName"),
        ("maxResults", "maxResults"),
        ("nextToken", "nextToken"),
    ];

    type Input = Input;
    type Output = Output;

    async fn call(_state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        page_limit(input.max_results)?;
        // There are none, under whichever name and on whichever page.
        let _ = (input.template_name, input.next_token);
        Ok(Output { managed_job_templates: [] })
    }
}
