//! DescribeEndpoints: where the client is to go, which is where it came.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeEndpoints;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    endpoints: Vec<Endpoint>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Endpoint {
    address: String,
    cache_period_in_minutes: u64,
}

/// AWS's.
const CACHE_MINUTES: u64 = 1440;

/// Where the caller finds us, as it came. Clients differ in what they make of an address: botocore takes
/// a whole URL, and puts `https://` before what is none; the JavaScript SDK takes a bare host and keeps
/// the port that it has; others take host and port.
fn address(caller: &Caller, port: Option<u16>) -> String {
    let host = caller.host.as_str();
    let host = match (host, port) {
        ("", Some(port)) => format!("localhost:{port}"),
        _ => host.to_owned(),
    };
    let agent = caller.user_agent.to_ascii_lowercase();
    if agent.contains("botocore") || agent.contains("boto3") || agent.contains("aws-cli") {
        let scheme = if caller.is_secure { "https" } else { "http" };
        return format!("{scheme}://{host}");
    }
    if agent.contains("aws-sdk-js") {
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
        return name.map_or(host.as_str(), |(name, _)| name).to_owned();
    }
    host
}

impl Operation for DescribeEndpoints {
    const NAME: &'static str = "DescribeEndpoints";

    type Input = Input;
    type Output = Output;

    fn resource(_input: &Input) -> String {
        "*".to_owned()
    }

    async fn call(state: Arc<State>, caller: Caller, _input: Input) -> Result<Output, AwsError> {
        let address = address(&caller, state.endpoints.aws.map(|address| address.port()));
        let cache_period_in_minutes = CACHE_MINUTES;
        Ok(Output { endpoints: vec![Endpoint { address, cache_period_in_minutes }] })
    }
}
