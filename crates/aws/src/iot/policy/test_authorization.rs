//! TestAuthorization

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::iot::policy::auth_result::{AuthInfo, AuthResult};
use crate::operation::Operation;
use crate::state::State;
use fleet::Fleet;
use fleet::Rehearsal;
use model::PolicyName;

#[derive(Debug)]
pub(crate) struct TestAuthorization;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    principal: Option<String>,
    auth_infos: Vec<AuthInfo>,
    client_id: Option<String>,
    policy_names_to_add: Option<Vec<PolicyName>>,
    policy_names_to_skip: Option<Vec<PolicyName>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    auth_results: Vec<AuthResult>,
}

impl Operation for TestAuthorization {
    const NAME: &'static str = "TestAuthorization";
    const METHOD_AND_PATH: &'static str = "POST /test-authorization";
    const QUERY: &'static [(&'static str, &'static str)] = &[("clientId", "clientId")];

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.principal.clone().unwrap_or_else(|| "*".to_owned())
    }

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        if !(1..=AUTH_INFOS_MAX).contains(&input.auth_infos.len()) {
            let message = format!("authInfos has 1 to {AUTH_INFOS_MAX} items");
            return Err(AwsError::invalid_request(message));
        }
        let missing = || AwsError::invalid_request("principal must be given");
        let rehearsal = Rehearsal {
            certificate: Fleet::principal(&input.principal.ok_or_else(missing)?)?,
            client_id: input.client_id,
            add: input.policy_names_to_add.unwrap_or_default(),
            skip: input.policy_names_to_skip.unwrap_or_default(),
        };
        let asked = input.auth_infos.iter();
        let asked: Vec<(&str, &[String])> =
            asked.map(|info| (info.action_type.iam(), info.resources.as_slice())).collect();
        let answers = state.fleet.rehearse(&rehearsal, &asked)?;
        let results = input.auth_infos.into_iter().zip(answers);
        let auth_results = results.map(|(info, answer)| AuthResult::of(&state, info, answer));
        Ok(Output { auth_results: auth_results.collect() })
    }
}

/// AWS's limit.
const AUTH_INFOS_MAX: usize = 10;
