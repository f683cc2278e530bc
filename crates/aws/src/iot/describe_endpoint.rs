//! DescribeEndpoint

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DescribeEndpoint;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    endpoint_type: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    endpoint_address: String,
}

impl Operation for DescribeEndpoint {
    const NAME: &'static str = "DescribeEndpoint";
    const METHOD_AND_PATH: &'static str = "GET /endpoint";
    const QUERY: &'static [(&'static str, &'static str)] = &[("endpointType", "endpointType")];

    type Input = Input;
    type Output = Output;

    async fn call(_state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        match input.endpoint_type.as_deref() {
            None | Some("iot:Data-ATS" | "iot:Data" | "iot:Jobs" | "iot:CredentialProvider") => {
                Ok(Output { endpoint_address: host_of(&caller.host).to_owned() })
            }
            Some(other) => Err(AwsError::invalid_request(format!(
                "endpointType {other} is not served; iot:Data-ATS, iot:Data, iot:Jobs and \
                 iot:CredentialProvider are"
            ))),
        }
    }
}

/// The name that the caller dialled, without the port: AWS's endpoint addresses have none.
fn host_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
