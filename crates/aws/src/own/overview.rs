//! Overview: how the house is, at one glance.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::chronicle::{self, Sample};
use crate::error::AwsError;
use crate::operation::Operation;
use crate::own::census::{Counts, FirstSteps};
use crate::own::own_certificates::OwnCertificate;
use crate::own::problems::{self, Problem};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct Overview;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    now: u64,
    started_at: u64,
    version: &'static str,
    sessions: usize,
    subscriptions: usize,
    #[serde(flatten)]
    counters: Counters,
    outbox_waiting: usize,
    counts: Counts,
    disk: Vec<Used>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_free_bytes: Option<u64>,
    first_steps: FirstSteps,
    /// Of the house itself.
    certificates: [OwnCertificate; 2],
    /// The same counters at earlier moments, oldest first.
    history: Vec<Sample>,
    problems: Vec<Problem>,
}

/// Since the start, but for the first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counters {
    connected_clients: usize,
    messages_received: u64,
    messages_sent: u64,
    messages_dropped: u64,
    connections_refused: u64,
    failed_commits: u64,
    rules_matched: u64,
    rules_failed: u64,
}

#[derive(Debug, Serialize)]
struct Used {
    name: &'static str,
    bytes: u64,
}

impl Operation for Overview {
    const NAME: &'static str = "Overview";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let survey = state.chronicle.survey();
        let counts = Counts::of(&state)?;
        Ok(Output {
            now: state.clock.now(),
            started_at: state.started_at,
            version: env!("CARGO_PKG_VERSION"),
            sessions: state.broker.session_count(),
            subscriptions: state.broker.subscription_count(),
            counters: Counters::of(&state),
            outbox_waiting: state.hall.outward_waiting(),
            first_steps: FirstSteps::of(&state, &counts)?,
            counts,
            certificates: [OwnCertificate::of_server(&state)?, OwnCertificate::of_root(&state)?],
            problems: problems::of(&state, survey.free_bytes)?,
            disk_free_bytes: survey.free_bytes,
            disk: survey.disk.into_iter().map(|(name, bytes)| Used { name, bytes }).collect(),
            history: state.chronicle.samples(),
        })
    }
}

impl Counters {
    fn of(state: &State) -> Counters {
        let (now, counters) = (chronicle::sample(state), state.broker.counters());
        Counters {
            connected_clients: now.connected_clients,
            messages_received: now.received,
            messages_sent: now.sent,
            messages_dropped: counters.dropped.get(),
            connections_refused: counters.refused_connections.get(),
            failed_commits: counters.failed_commits.get(),
            rules_matched: now.rules_matched,
            rules_failed: now.rules_failed,
        }
    }
}
