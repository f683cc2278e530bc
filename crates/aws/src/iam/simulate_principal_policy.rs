//! SimulatePrincipalPolicy: what a user or role would be allowed, without asking for it.

use std::sync::Arc;

use iam::{Identity, Why};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::query::list;
use crate::state::State;

/// Answers are not paged, so there may be no more of them than a page could hold.
const EVALUATIONS_MAX: usize = 1000;

#[derive(Debug)]
pub(crate) struct SimulatePrincipalPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    policy_source_arn: String,
    action_names: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    resource_arns: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    context_entries: Vec<Entry>,
}

/// A condition key as a request might bring it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Entry {
    context_key_name: String,
    #[serde(default, deserialize_with = "list")]
    context_key_values: Vec<String>,
    #[allow(dead_code, reason = "operators know the types of what they compare")]
    context_key_type: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    evaluation_results: Vec<Evaluation>,
    is_truncated: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Evaluation {
    eval_action_name: String,
    eval_resource_name: String,
    eval_decision: &'static str,
}

impl Operation for SimulatePrincipalPolicy {
    const NAME: &'static str = "SimulatePrincipalPolicy";

    type Input = Input;
    type Output = Output;

    fn resource(input: &Input) -> String {
        input.policy_source_arn.clone()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let identity = state.iam.identity_of(&input.policy_source_arn)?;
        let everything = ["*".to_owned()];
        let resources = match &input.resource_arns[..] {
            [] => &everything[..],
            given => given,
        };
        if input.action_names.len().saturating_mul(resources.len()) > EVALUATIONS_MAX {
            return Err(AwsError::validation(format!(
                "at most {EVALUATIONS_MAX} actions on resources are evaluated at once"
            )));
        }
        let mut evaluation_results = Vec::new();
        for action in &input.action_names {
            for resource in resources {
                evaluation_results.push(Evaluation {
                    eval_action_name: action.clone(),
                    eval_resource_name: resource.clone(),
                    eval_decision: decide(&state, &caller, &identity, &input, (action, resource)),
                });
            }
        }
        Ok(Output { evaluation_results, is_truncated: false })
    }
}

fn decide(
    state: &State,
    caller: &Caller,
    identity: &Identity,
    input: &Input,
    (action, resource): (&str, &str),
) -> &'static str {
    let names: Vec<String> =
        input.context_entries.iter().map(|it| it.context_key_name.to_ascii_lowercase()).collect();
    let values: Vec<Vec<&str>> = input
        .context_entries
        .iter()
        .map(|entry| entry.context_key_values.iter().map(String::as_str).collect())
        .collect();
    let keys: Vec<(&str, &[&str])> =
        names.iter().zip(&values).map(|(name, held)| (name.as_str(), held.as_slice())).collect();
    let asked = iam::Asked {
        action,
        resource,
        source_ip: Some(caller.source_ip),
        now: state.clock.now(),
        keys: &keys,
        resource_policy: None,
    };
    match identity.authorize(&asked).map_err(|denial| denial.why) {
        Ok(()) => "allowed",
        Err(Why::Denied { .. }) => "explicitDeny",
        Err(_) => "implicitDeny",
    }
}
