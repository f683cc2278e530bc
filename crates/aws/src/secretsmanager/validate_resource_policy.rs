//! ValidateResourcePolicy

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::keys;
use super::policy::{DEFAULT, is_public, read};
use super::words::{id, resource};
use crate::caller::{Caller, ConditionKeys};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct ValidateResourcePolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    secret_id: Option<String>,
    resource_policy: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    policy_validation_passed: bool,
    validation_errors: Vec<Problem>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Problem {
    check_name: &'static str,
    error_message: String,
}

impl Operation for ValidateResourcePolicy {
    const NAME: &'static str = "ValidateResourcePolicy";

    type Input = Input;
    type Output = Output;

    fn resource_in(state: &State, _caller: &Caller, input: &Input) -> String {
        input.secret_id.as_deref().map_or_else(|| "*".to_owned(), |text| resource(state, text))
    }

    fn condition_keys_in(state: &State, input: &Input) -> ConditionKeys {
        input.secret_id.as_deref().map(|text| keys::of_secret(state, text)).unwrap_or_default()
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        if let Some(text) = &input.secret_id {
            state.secrets.describe(&id(&state, text)?)?;
        }
        let document = read(&input.resource_policy)?;
        let text = input.secret_id.as_deref().unwrap_or("any");
        let arn = resource(&state, text);
        let mut validation_errors = Vec::new();
        if is_public(&document, &arn) {
            let error_message = "The policy allows everybody access to the secret.".to_owned();
            validation_errors.push(Problem { check_name: "PUBLIC_POLICY", error_message });
        }
        let keys = keys::of_secret(&state, text);
        let values: Vec<Vec<&str>> =
            keys.iter().map(|(_, values)| values.iter().map(String::as_str).collect()).collect();
        let keys: Vec<(&str, &[&str])> = keys
            .iter()
            .zip(&values)
            .map(|((key, _), values)| (key.as_str(), &values[..]))
            .collect();
        let asked = iam::Asked {
            action: "secretsmanager:PutResourcePolicy",
            resource: &arn,
            source_ip: Some(caller.source_ip),
            now: state.clock.now(),
            keys: &keys,
            resource_policy: Some((DEFAULT, &document)),
        };
        if let Err(denial) = caller.identity()?.authorize(&asked) {
            let error_message = format!("The policy locks its author out: {denial}");
            validation_errors.push(Problem { check_name: "LOCKOUT", error_message });
        }
        let policy_validation_passed = validation_errors.is_empty();
        Ok(Output { policy_validation_passed, validation_errors })
    }
}
