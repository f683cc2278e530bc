//! Doctor: what the running server knows of its own health.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct Doctor;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    version: &'static str,
    /// Milliseconds since the Unix epoch, to compare clocks with.
    now: u64,
    mqtt: Option<String>,
    mqtts: Option<String>,
    https: Option<String>,
    aws: Option<String>,
    console: Option<String>,
    connected_clients: usize,
    sessions: usize,
    subscriptions: usize,
    messages_received: u64,
    messages_dropped: u64,
    connections_refused: u64,
    failed_commits: u64,
    commits: u64,
    syncs: u64,
}

impl Operation for Doctor {
    const NAME: &'static str = "Doctor";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let counters = state.broker.counters();
        let stats = state.store.stats();
        let text = |address: Option<std::net::SocketAddr>| address.map(|it| it.to_string());
        Ok(Output {
            version: env!("CARGO_PKG_VERSION"),
            now: state.clock.now(),
            mqtt: text(state.endpoints.mqtt),
            mqtts: text(state.endpoints.mqtts),
            https: text(state.endpoints.https),
            aws: text(state.endpoints.aws),
            console: state.endpoints.console.clone(),
            connected_clients: state.broker.connected(),
            sessions: state.broker.session_count(),
            subscriptions: state.broker.subscription_count(),
            messages_received: counters.received.get(),
            messages_dropped: counters.dropped.get(),
            connections_refused: counters.refused_connections.get(),
            failed_commits: counters.failed_commits.get(),
            commits: stats.commits,
            syncs: stats.syncs,
        })
    }
}
