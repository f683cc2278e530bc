//! DescribeEndpoints: the one that the caller used.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// For how long a caller may keep it.
const CACHE_PERIOD_MINS: u64 = 1_440;

#[derive(Debug)]
pub(crate) struct DescribeEndpoints;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    endpoints: [Endpoint; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Endpoint {
    address: String,
    cache_period_in_minutes: u64,
}

impl Operation for DescribeEndpoints {
    const NAME: &'static str = "DescribeEndpoints";

    type Input = Input;
    type Output = Output;

    async fn call(_state: Arc<State>, caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let endpoint =
            Endpoint { address: caller.host, cache_period_in_minutes: CACHE_PERIOD_MINS };
        Ok(Output { endpoints: [endpoint] })
    }
}
