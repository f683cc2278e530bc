//! PutSecretValue

use std::sync::Arc;

use secrets::NewVersion;
use serde::{Deserialize, Serialize};

use super::keys;
use super::value::given;
use super::words::{NamedOut, id, resource, unfit};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct PutSecretValue;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    client_request_token: Option<String>,
    secret_binary: Option<String>,
    secret_string: Option<String>,
    version_stages: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(flatten)]
    named: NamedOut,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
    version_stages: Vec<String>,
}

/// AWS's limit.
const STAGES_MAX: usize = 20;

impl Operation for PutSecretValue {
    const NAME: &'static str = "PutSecretValue";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        keys::of_secret(state, &input.secret_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let value = given(input.secret_string, input.secret_binary, input.client_request_token)?;
        let missing = || unfit("You must provide either SecretString or SecretBinary.");
        let labels = input.version_stages;
        if let Some(count) = labels.as_ref().map(Vec::len)
            && !(1..=STAGES_MAX).contains(&count)
        {
            return Err(unfit(format!("VersionStages: 1 to {STAGES_MAX}, not {count}")));
        }
        let new = NewVersion { value: value.ok_or_else(missing)?, labels, now: state.clock.now() };
        let written = state.secrets.put(&id(&state, &input.secret_id)?, new).await?;
        let (version_id, version_stages) = (written.version, written.labels);
        Ok(Output { named: written.secret.into(), version_id, version_stages })
    }
}
