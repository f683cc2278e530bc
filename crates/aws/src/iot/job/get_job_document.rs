//! GetJobDocument

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::from_text;
use crate::operation::Operation;
use crate::state::State;
use model::JobId;

#[derive(Debug)]
pub(crate) struct GetJobDocument;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    job_id: JobId,
    #[serde(default, deserialize_with = "from_text")]
    before_substitution: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    document: String,
}

impl Operation for GetJobDocument {
    const NAME: &'static str = "GetJobDocument";
    const METHOD_AND_PATH: &'static str = "GET /jobs/{jobId}/job-document";
    const QUERY: &'static [(&'static str, &'static str)] =
        &[("beforeSubstitution", "beforeSubstitution")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        format!("job/{}", input.job_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        // Nothing is substituted in documents, so there is one answer to both.
        let _ = input.before_substitution;
        Ok(Output { document: state.fleet.job_document(&input.job_id)? })
    }
}
