//! Connections: which clients came, went and were turned away lately.

use std::sync::Arc;

use fleet::{Refusal, RefusalKind, Visit, VisitKind};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// Events in one answer.
const LATEST: usize = 100;

#[derive(Debug)]
pub(crate) struct Connections;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// Of one client; without it, of all.
    client_id: Option<String>,
    /// Only what happened after this moment.
    after: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    /// Newest first.
    events: Vec<Event>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    /// Unlike that of any other event of this run.
    id: String,
    at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The refusal that Explain knows more of.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<u64>,
}

impl Operation for Connections {
    const NAME: &'static str = "Connections";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let client_id = input.client_id.as_deref();
        let visits = state.fleet.visits().latest(client_id, 0, LATEST);
        let refusals = state.fleet.refusals().latest(usize::MAX);
        let refused = refusals.into_iter().filter(|refusal| is_at_the_door(refusal, client_id));
        let mut events: Vec<Event> =
            visits.into_iter().map(Event::of_visit).chain(refused.map(Event::of_refusal)).collect();
        events.retain(|event| input.after.is_none_or(|after| event.at > after));
        events.sort_by_key(|event| std::cmp::Reverse(event.at));
        events.truncate(LATEST);
        Ok(Output { events })
    }
}

/// Who failed at the handshake has no name yet, so it may be anyone's.
fn is_at_the_door(refusal: &Refusal, client_id: Option<&str>) -> bool {
    let is_asked = client_id.is_none_or(|id| refusal.client_id.as_deref() == Some(id));
    match refusal.kind {
        RefusalKind::Handshake => true,
        RefusalKind::Connect => is_asked,
        _ => false,
    }
}

impl Event {
    fn of_visit(visit: Visit) -> Event {
        let (kind, reason) = match visit.kind {
            VisitKind::Connected => ("connected", None),
            VisitKind::Disconnected(reason) => ("disconnected", Some(reason.to_owned())),
        };
        Event {
            id: format!("visit-{}", visit.id),
            at: visit.at,
            client_id: Some(visit.client_id.to_string()),
            kind,
            source_ip: visit.source_ip.map(|ip| ip.to_string()),
            principal: Some(visit.principal),
            reason,
            refusal: None,
        }
    }

    fn of_refusal(refusal: Refusal) -> Event {
        Event {
            id: format!("refusal-{}", refusal.id),
            at: refusal.last_at,
            client_id: refusal.client_id,
            kind: "refused",
            source_ip: refusal.source_ip.map(|ip| ip.to_string()),
            principal: refusal.principal,
            reason: Some(refusal.reason.to_string()),
            refusal: Some(refusal.id),
        }
    }
}
