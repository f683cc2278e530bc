//! Calls to AWS APIs, signed with the credentials of the function's role.

use std::io;
use std::time::Duration;

use serde_json::Value;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use stdx::clock::Clock;

use crate::http::{Answer, Connection, Request};

/// How long an answer may take. A function's own timeout ends it earlier in most cases.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a call brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("{name} is not in the environment")]
    Missing { name: &'static str },
    #[error("AWS_ENDPOINT_URL is {url}; only http:// is spoken here")]
    Endpoint { url: String },
    #[error("{address} does not answer: {error}")]
    Unreachable { address: String, error: io::Error },
    /// In the words of the service.
    #[error("{message} ({code})")]
    Refused { code: String, message: String },
    #[error("the answer is no JSON: {0}")]
    NoJson(#[from] serde_json::Error),
}

#[derive(Debug)]
pub struct Caller {
    connection: Connection,
    credentials: Credentials,
    region: String,
    clock: Clock,
}

impl Caller {
    /// Who calls, and where, as a function finds it in its environment.
    pub fn from_environment() -> Result<Caller, CallError> {
        let read = |name| std::env::var(name).map_err(|_| CallError::Missing { name });
        let url = read("AWS_ENDPOINT_URL")?;
        let Some(address) = url.strip_prefix("http://") else {
            return Err(CallError::Endpoint { url });
        };
        Ok(Caller {
            connection: Connection::to(address.trim_end_matches('/'), Some(PATIENCE)),
            credentials: Credentials {
                access_key: read("AWS_ACCESS_KEY_ID")?,
                secret: read("AWS_SECRET_ACCESS_KEY")?,
                session_token: read("AWS_SESSION_TOKEN").ok(),
            },
            region: read("AWS_REGION")?,
            clock: Clock::system(),
        })
    }

    /// An operation of a service that routes by target: `Timestream_20181101.Query`.
    pub fn by_target(
        &mut self,
        service: &str,
        target: &str,
        input: &Value,
    ) -> Result<Value, CallError> {
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        let body = input.to_string();
        let answer = self.call(service, "POST", ("/", ""), &headers, body.as_bytes())?;
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// An operation of a service that routes by path. `path_and_query` are as they are sent: encoded.
    pub fn by_path(
        &mut self,
        service: &str,
        method: &str,
        path_and_query: &str,
        body: &[u8],
    ) -> Result<Value, CallError> {
        let path = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let answer = self.call(service, method, path, &[], body)?;
        match answer.body.is_empty() {
            true => Ok(Value::Null),
            false => Ok(serde_json::from_slice(&answer.body)?),
        }
    }

    fn call(
        &mut self,
        service: &str,
        method: &str,
        (path, query): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, CallError> {
        let address = self.connection.address().to_owned();
        let mut all = vec![("host", address.as_str())];
        all.extend(headers);
        let parts = RequestParts { method, path, query, headers: &all };
        let target = Target { region: &self.region, service, style: PathStyle::Normalized };
        let now = self.clock.now();
        let signed = sign(&parts, &self.credentials, target, now, &sha256_hex(body));
        all.extend(signed.iter().map(|(name, value)| (*name, value.as_str())));
        let path_and_query =
            if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        let request = Request { method, path_and_query: &path_and_query, headers: &all, body };
        let answer = self.connection.ask(&request);
        let answer =
            answer.map_err(|error| CallError::Unreachable { address: address.clone(), error })?;
        match answer.status {
            200..300 => Ok(answer),
            status => Err(refused(&answer, status)),
        }
    }
}

/// The code of an error stands in a header or in the body, behind the name of its namespace.
fn refused(answer: &Answer, status: u16) -> CallError {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = answer.header("x-amzn-errortype").or(body["__type"].as_str());
    let code = code.and_then(|code| code.split(':').next()?.rsplit('#').next());
    let message = body["message"].as_str().or(body["Message"].as_str());
    CallError::Refused {
        code: code.map_or_else(|| status.to_string(), str::to_owned),
        message: message.unwrap_or("no reason was given").to_owned(),
    }
}
