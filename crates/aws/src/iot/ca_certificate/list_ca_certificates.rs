//! ListCACertificates

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::ca_certificate::shape::Summary;
use crate::iot::page::page_limit;
use crate::operation::Operation;
use crate::state::State;
use model::TemplateName;

#[derive(Debug)]
pub(crate) struct ListCACertificates;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
    template_name: Option<TemplateName>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificates: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListCACertificates {
    const NAME: &'static str = "ListCACertificates";
    const METHOD_AND_PATH: &'static str = "GET /cacertificates";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("marker", "marker"), ("pageSize", "pageSize"), ("templateName", "templateName")];

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.page_size)?;
        let (template, marker) = (input.template_name.as_ref(), input.marker.as_deref());
        let page = state.fleet.registry().ca_certificates(template, marker, limit)?;
        let certificates = page.items.iter().map(|found| Summary::of(&state, found)).collect();
        Ok(Output { certificates, next_marker: page.next })
    }
}
