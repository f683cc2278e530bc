//! TryPolicy: would something that was refused be allowed, if a policy said something else? Nothing is changed.

use std::sync::Arc;

use fleet::{Objection, PolicyTrialError};
use model::PolicyName;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TryPolicy;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// The refusal, as Explain numbers it.
    event: u64,
    policy_name: PolicyName,
    document: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    before: Shown,
    after: Shown,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Operation for TryPolicy {
    const NAME: &'static str = "TryPolicy";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let Input { event, policy_name, document } = input;
        let missing = || AwsError::not_found(format!("the refusal {event} is not known"));
        let refusal = state.fleet.refusals().get(event).ok_or_else(missing)?;
        let trial = state.fleet.try_policy(&refusal, &policy_name, &document)?;
        Ok(Output { before: Shown::of(&trial.before), after: Shown::of(&trial.after) })
    }
}

impl Shown {
    fn of(objection: &Objection) -> Shown {
        Shown {
            allowed: objection.is_none(),
            reason: objection.as_ref().map(ToString::to_string),
            advice: objection.as_ref().and_then(fleet::Reason::advice),
        }
    }
}

impl From<PolicyTrialError> for AwsError {
    fn from(error: PolicyTrialError) -> AwsError {
        let message = error.to_string();
        match error {
            PolicyTrialError::CertificateGone { .. } => AwsError::not_found(message),
            PolicyTrialError::Document(_) => {
                AwsError::new(400, "MalformedPolicyException", message)
            }
            PolicyTrialError::NotOfPolicies { .. } => AwsError::invalid_request(message),
            PolicyTrialError::Resource(error) => error.into(),
            PolicyTrialError::Pki(_) => AwsError::internal(message),
            PolicyTrialError::Store(error) => error.into(),
        }
    }
}
