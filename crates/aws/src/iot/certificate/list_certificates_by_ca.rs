//! ListCertificatesByCA

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::iot::certificate::shape::Summary;
use crate::iot::page::{MARKERS, page_limit};
use crate::operation::Operation;
use crate::state::State;
use model::CertificateId;

#[derive(Debug)]
pub(crate) struct ListCertificatesByCA;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    ca_certificate_id: CertificateId,
    marker: Option<String>,
    #[serde(default, deserialize_with = "from_text")]
    page_size: Option<usize>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    certificates: Vec<Summary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl Operation for ListCertificatesByCA {
    const NAME: &'static str = "ListCertificatesByCA";
    const METHOD_AND_PATH: &'static str = "GET /certificates-by-ca/{caCertificateId}";
    const QUERY: &'static [(&'static str, &'static str)] = MARKERS;

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("cacert/{}", input.ca_certificate_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let limit = page_limit(input.page_size)?;
        let (authority, marker) = (&input.ca_certificate_id, input.marker.as_deref());
        let page = state.fleet.registry().certificates_by_ca(authority, marker, limit)?;
        let certificates = page.items.iter().map(|found| Summary::of(&state, found)).collect();
        Ok(Output { certificates, next_marker: page.next })
    }
}
