//! What TestAuthorization asks and answers.

use std::collections::BTreeSet;

use fleet::Rehearsed;
use model::PolicyName;
use serde::{Deserialize, Serialize};

use crate::iot::policy::shape::Named;
use crate::state::State;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AuthInfo {
    pub(crate) action_type: ActionType,
    pub(crate) resources: Vec<String>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ActionType {
    Publish,
    Subscribe,
    Receive,
    Connect,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthResult {
    auth_info: AuthInfo,
    allowed: Policies,
    denied: Denied,
    auth_decision: &'static str,
    missing_context_values: [String; 0],
}

#[derive(Debug, Serialize)]
struct Policies {
    policies: Vec<Named>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Denied {
    implicit_deny: Policies,
    explicit_deny: Policies,
}

impl ActionType {
    pub(crate) fn iam(self) -> &'static str {
        match self {
            ActionType::Publish => "iot:Publish",
            ActionType::Subscribe => "iot:Subscribe",
            ActionType::Receive => "iot:Receive",
            ActionType::Connect => "iot:Connect",
        }
    }
}

impl AuthResult {
    pub(crate) fn of(state: &State, auth_info: AuthInfo, answer: Rehearsed) -> AuthResult {
        let none = BTreeSet::new;
        let (auth_decision, allowing, denying) = match answer {
            Rehearsed::Allowed(policies) => ("ALLOWED", policies, none()),
            Rehearsed::DeniedExplicitly(policies) => ("EXPLICIT_DENY", none(), policies),
            Rehearsed::DeniedImplicitly => ("IMPLICIT_DENY", none(), none()),
        };
        AuthResult {
            auth_info,
            allowed: Policies::of(state, allowing),
            denied: Denied {
                implicit_deny: Policies::of(state, none()),
                explicit_deny: Policies::of(state, denying),
            },
            auth_decision,
            missing_context_values: [],
        }
    }
}

impl Policies {
    fn of(state: &State, names: BTreeSet<PolicyName>) -> Policies {
        Policies { policies: names.into_iter().map(|name| Named::of(state, name)).collect() }
    }
}
