//! Invoke

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use functions::{Invocation, Outcome};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::words::{FunctionRef, invalid, named};
use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::{Body, Operation};
use crate::reply::Shaped;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct Invoke;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    function_name: FunctionRef,
    qualifier: Option<String>,
    invocation_type: Option<String>,
    log_type: Option<String>,
    client_context: Option<String>,
    durable_execution_name: Option<String>,
    tenant_id: Option<String>,
}

impl Operation for Invoke {
    const NAME: &'static str = "Invoke";
    const ACTION: &'static str = "InvokeFunction";
    const METHOD_AND_PATH: &'static str = "POST /2015-03-31/functions/{FunctionName}/invocations";
    const QUERY: &'static [(&'static str, &'static str)] = &[("Qualifier", "Qualifier")];
    const HEADERS: &'static [(&'static str, &'static str)] = &[
        ("x-amz-invocation-type", "InvocationType"),
        ("x-amz-log-type", "LogType"),
        ("x-amz-client-context", "ClientContext"),
        ("x-amz-durable-execution-name", "DurableExecutionName"),
        ("x-amz-tenant-id", "TenantId"),
    ];
    const BODY: Body = Body::Payload;

    type Input = Input;
    type Output = Shaped;

    fn resource(input: &Input) -> String {
        input.function_name.resource(input.qualifier.as_deref())
    }

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Shaped, AwsError> {
        let (name, qualifier) = input.function_name.with(input.qualifier.as_deref())?;
        for (field, given) in [
            ("DurableExecutionName", &input.durable_execution_name),
            ("TenantId", &input.tenant_id),
        ] {
            if given.is_some() {
                return Err(invalid(format!("{field} is not supported.")));
            }
        }
        let invocation = Invocation {
            function: name,
            qualifier,
            payload: caller.body.clone(),
            client_context: input.client_context.as_deref().map(context).transpose()?,
            wants_tail: match input.log_type.as_deref() {
                None | Some("None") => false,
                Some("Tail") => true,
                Some(other) => return Err(invalid(format!("LogType {other} is not known."))),
            },
        };
        match input.invocation_type.as_deref() {
            None | Some("RequestResponse") => {
                Ok(answered(state.functions.invoke(invocation).await?))
            }
            Some("Event") => {
                state.functions.submit(invocation).await?;
                Ok(shaped(202, Vec::new(), Bytes::new()))
            }
            Some("DryRun") => {
                state.functions.check(&invocation)?;
                Ok(shaped(204, Vec::new(), Bytes::new()))
            }
            Some(other) => Err(invalid(format!("InvocationType {other} is not known."))),
        }
    }
}

/// A client context comes in base64, and is handed on as JSON: in ASCII, since it travels in a header.
fn context(given: &str) -> Result<String, AwsError> {
    let unfit = || {
        let message = "Client context must be a valid Base64-encoded JSON object.";
        named(400, "InvalidRequestContentException", message)
    };
    let bytes = STANDARD.decode(given).map_err(|_| unfit())?;
    let object: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| unfit())?;
    let mut text = String::new();
    for character in Value::Object(object).to_string().chars() {
        match character.is_ascii() {
            true => text.push(character),
            false => {
                let units = &mut [0; 2];
                for unit in character.encode_utf16(units) {
                    text.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    Ok(text)
}

fn answered(outcome: Outcome) -> Shaped {
    let mut headers = vec![("x-amz-executed-version", outcome.executed_version)];
    if outcome.is_error {
        headers.push(("x-amz-function-error", "Unhandled".to_owned()));
    }
    headers.extend(outcome.tail.map(|tail| ("x-amz-log-result", STANDARD.encode(tail))));
    shaped(200, headers, outcome.payload)
}

fn shaped(status: u16, headers: Vec<(&'static str, String)>, bytes: Bytes) -> Shaped {
    Shaped { status, headers, content_type: "application/json", bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_context_is_handed_on_as_json() {
        let given = STANDARD.encode("{\n \"custom\": {\"a\": \"\u{fc}\u{1f4a1}\"}}");
        let expected = r#"{"custom":{"a":"\u00fc\ud83d\udca1"}}"#;
        assert_eq!(context(&given).expect("a context"), expected);
        for given in ["{}", "%", &STANDARD.encode("[]"), &STANDARD.encode("{")] {
            let code = context(given).expect_err("refused").code;
            assert_eq!(code, "InvalidRequestContentException", "{given}");
        }
    }
}
