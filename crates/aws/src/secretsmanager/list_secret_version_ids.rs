//! ListSecretVersionIds

use std::sync::Arc;

use secrets::SecretError;
use serde::{Deserialize, Serialize};

use super::keys;
use super::words::{NamedOut, VersionOut, id, limit, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListSecretVersionIds;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    include_deprecated: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    versions: Vec<VersionOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    #[serde(flatten)]
    named: NamedOut,
}

/// AWS's limit.
const PAGE_MAX: usize = 100;

impl Operation for ListSecretVersionIds {
    const NAME: &'static str = "ListSecretVersionIds";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        keys::of_secret(state, &input.secret_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let secret = state.secrets.describe(&id(&state, &input.secret_id)?)?;
        let limit = limit(input.max_results, PAGE_MAX)?;
        // The last version that was told.
        let start = match &input.next_token {
            None => 0,
            Some(token) => {
                let at = secret.versions.iter().position(|version| version.id == *token);
                at.ok_or(SecretError::Token)? + 1
            }
        };
        let is_wanted =
            |version: &secrets::Version| input.include_deprecated || !version.labels.is_empty();
        let wanted = secret.versions.into_iter().skip(start).filter(is_wanted);
        let mut versions: Vec<_> = wanted.take(limit + 1).collect();
        let is_more = versions.len() > limit;
        versions.truncate(limit);
        let next_token = versions.last().filter(|_| is_more).map(|version| version.id.clone());
        let versions = versions.into_iter().map(VersionOut::of).collect();
        let named = NamedOut { arn: secret.arn, name: secret.name.to_string() };
        Ok(Output { versions, next_token, named })
    }
}
