//! ListResourcePolicies

use std::sync::Arc;

use secrets::SecretError;
use serde::{Deserialize, Serialize};

use super::keys;
use super::policy::DEFAULT;
use super::words::{id, limit, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ListResourcePolicies;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    resource_policies: Vec<Summary>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    policy_name: &'static str,
}

/// AWS's limit.
const PAGE_MAX: usize = 100;

impl Operation for ListResourcePolicies {
    const NAME: &'static str = "ListResourcePolicies";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        resource(state, &input.secret_id)
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        keys::of_secret(state, &input.secret_id)
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        limit(input.max_results, PAGE_MAX)?;
        // One policy is never more than a page, so no list goes on anywhere.
        if input.next_token.is_some() {
            return Err(SecretError::Token.into());
        }
        let (_, policy) = state.secrets.policy(&id(&state, &input.secret_id)?)?;
        let resource_policies = policy.iter().map(|_| Summary { policy_name: DEFAULT }).collect();
        Ok(Output { resource_policies })
    }
}
