//! Metrics: how often each operation was called in this run, how it went, and how long it took.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::metrics::Count;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct Metrics;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    operations: Vec<Counted>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    service: &'static str,
    operation: &'static str,
    calls: u64,
    refused: u64,
    client_errors: u64,
    server_errors: u64,
    microseconds: u64,
}

impl Operation for Metrics {
    const NAME: &'static str = "Metrics";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let counted = |count: Count| Counted {
            service: count.service,
            operation: count.operation,
            calls: count.calls,
            refused: count.refused,
            client_errors: count.client_errors,
            server_errors: count.server_errors,
            microseconds: count.micros,
        };
        let operations = state.requests.metrics.counts().into_iter().map(counted).collect();
        Ok(Output { operations })
    }
}
