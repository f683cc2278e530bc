//! The loop of a function: takes one invocation after the other from the Lambda Runtime API.

use std::io;

use serde_json::{Value, json};

use crate::http::{Connection, Request};

const BASE: &str = "/2018-06-01/runtime/invocation";

/// Why a function cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(
        "AWS_LAMBDA_RUNTIME_API is not in the environment: this is a function, and no program to call"
    )]
    NoFunction,
    #[error("the Runtime API at {address} does not answer: {error}")]
    Unreachable { address: String, error: io::Error },
    #[error("the Runtime API answers {status}: {body}")]
    Refused { status: u16, body: String },
}

/// Whether this process was begun as a function.
pub fn is_function() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// Hands each event to `handler` and its result back, until the process is ended. What a handler fails with is
/// the error of its invocation, and the function goes on.
pub fn run<E: std::error::Error>(
    mut handler: impl FnMut(Value) -> Result<Value, E>,
) -> Result<(), RunError> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(|_| RunError::NoFunction)?;
    // The next event may be hours away.
    let mut api = Api(Connection::to(&address, None));
    loop {
        let (id, event) = api.next()?;
        let (path, said) = match event.map(&mut handler) {
            Ok(Ok(result)) => (format!("{BASE}/{id}/response"), result),
            Ok(Err(error)) => (format!("{BASE}/{id}/error"), told(&error)),
            Err(error) => (format!("{BASE}/{id}/error"), told(&error)),
        };
        api.ask("POST", &path, said.to_string().as_bytes())?;
    }
}

/// As Lambda wants errors, with what stands behind each.
fn told(error: &dyn std::error::Error) -> Value {
    let mut trace = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        trace.push(error.to_string());
        source = error.source();
    }
    json!({ "errorType": "Error", "errorMessage": error.to_string(), "stackTrace": trace })
}

struct Api(Connection);

impl Api {
    fn next(&mut self) -> Result<(String, Result<Value, serde_json::Error>), RunError> {
        let answer = self.ask("GET", &format!("{BASE}/next"), b"")?;
        let id = answer.header("lambda-runtime-aws-request-id").unwrap_or_default().to_owned();
        Ok((id, serde_json::from_slice(&answer.body)))
    }

    fn ask(
        &mut self,
        method: &str,
        path_and_query: &str,
        body: &[u8],
    ) -> Result<crate::http::Answer, RunError> {
        let address = self.0.address().to_owned();
        let headers = [("host", address.as_str())];
        let answer = self.0.ask(&Request { method, path_and_query, headers: &headers, body });
        let answer =
            answer.map_err(|error| RunError::Unreachable { address: address.clone(), error })?;
        match answer.status {
            200..300 => Ok(answer),
            status => {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                Err(RunError::Refused { status, body })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("it failed")]
    struct Outer(#[source] io::Error);

    #[test]
    fn an_error_tells_what_stands_behind_it() {
        let told = told(&Outer(io::Error::other("no way")));
        let expected =
            json!({ "errorType": "Error", "errorMessage": "it failed", "stackTrace": ["no way"] });
        assert_eq!(told, expected);
    }

    /// A Runtime API of two invocations, the second of which it refuses to give.
    #[test]
    fn an_event_is_answered_before_the_next_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let served = std::thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a connection");
            let mut reader = BufReader::new(stream);
            let mut seen = Vec::new();
            for answer in [
                "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: 7\r\ncontent-length: 1\r\n\r\n5",
                "HTTP/1.1 202 \r\ncontent-length: 0\r\n\r\n",
                "HTTP/1.1 500 \r\ncontent-length: 4\r\n\r\ndone",
            ] {
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    reader.read_line(&mut head).expect("a request");
                }
                let length = head.split("content-length: ").nth(1).expect("a length").trim();
                let mut body = vec![0; length.parse().expect("a number")];
                io::Read::read_exact(&mut reader, &mut body).expect("a body");
                let first = head.lines().next().expect("a line").to_owned();
                seen.push((first, String::from_utf8(body).expect("text")));
                reader.get_mut().write_all(answer.as_bytes()).expect("answered");
            }
            seen
        });
        let mut api = Api(Connection::to(&address, None));
        let (id, event) = api.next().expect("an event");
        assert_eq!((id.as_str(), event.expect("JSON")), ("7", json!(5)));
        api.ask("POST", &format!("{BASE}/7/response"), b"6").expect("taken");
        assert!(matches!(api.next(), Err(RunError::Refused { status: 500, .. })));
        let seen = served.join().expect("served");
        assert_eq!(seen[1], (format!("POST {BASE}/7/response HTTP/1.1"), "6".to_owned()));
    }
}
