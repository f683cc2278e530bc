//! Explain: what was refused lately, and why.

use std::sync::Arc;

use fleet::Refusal;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// Refusals in one answer.
const LATEST: usize = 50;

#[derive(Debug)]
pub(crate) struct Explain;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// One refusal; without it, the latest.
    event: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    refusals: Vec<Explained>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    id: u64,
    first_at: u64,
    last_at: u64,
    count: u64,
    kind: &'static str,
    principal: Option<String>,
    client_id: Option<String>,
    source_ip: Option<String>,
    action: Option<String>,
    resource: Option<String>,
    variables: Vec<Variable>,
    reason: String,
    /// The policies that decided, or came nearest.
    policies: Vec<String>,
    advice: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Variable {
    name: String,
    value: Option<String>,
}

impl Operation for Explain {
    const NAME: &'static str = "Explain";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let refusals = state.fleet.refusals();
        let found = match input.event {
            None => refusals.latest(LATEST),
            Some(event) => {
                let missing = || AwsError::not_found(format!("the refusal {event} is not known"));
                vec![refusals.get(event).ok_or_else(missing)?]
            }
        };
        Ok(Output { refusals: found.into_iter().map(Explained::of).collect() })
    }
}

impl Explained {
    fn of(refusal: Refusal) -> Explained {
        let variables = refusal.expansions.into_iter();
        Explained {
            id: refusal.id,
            first_at: refusal.first_at,
            last_at: refusal.last_at,
            count: refusal.count,
            kind: refusal.kind.as_str(),
            principal: refusal.principal,
            client_id: refusal.client_id,
            source_ip: refusal.source_ip.map(|ip| ip.to_string()),
            action: refusal.action,
            resource: refusal.resource,
            variables: variables
                .map(|expansion| Variable { name: expansion.variable, value: expansion.value })
                .collect(),
            reason: refusal.reason.to_string(),
            policies: refusal.reason.policies().into_iter().map(str::to_owned).collect(),
            advice: refusal.reason.advice(),
        }
    }
}
