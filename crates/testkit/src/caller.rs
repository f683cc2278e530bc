//! A client of the AWS door: one kept connection, blocking, each request signed.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use stdx::clock::Clock;

/// How long an answer may take. Only a server that stands still takes so long.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Caller {
    address: SocketAddr,
    credentials: Credentials,
    host: String,
    stream: Option<BufReader<TcpStream>>,
    clock: Clock,
}

/// Why a call brought no answer that was wanted.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The connection broke: what was asked for may have been done, or not.
    #[error("the connection broke: {0}")]
    Lost(#[from] io::Error),
    #[error("{what}: {status} {body}")]
    Refused { what: String, status: u16, body: String },
}

impl Caller {
    pub fn new(address: SocketAddr, credentials: Credentials) -> Caller {
        let host = address.to_string();
        Caller { address, credentials, host, stream: None, clock: Clock::system() }
    }

    /// Calls an operation of a service that routes by path; anything but success is an error.
    pub fn call(
        &mut self,
        service: &str,
        method: &str,
        path_and_query: &str,
        body: &str,
    ) -> Result<Value, CallError> {
        let answer = self.ask(service, method, path_and_query, &[], body)?;
        json(&answer)
    }

    /// Calls an operation of a service that routes by target: `DynamoDB_20120810.PutItem`
    pub fn call_target(
        &mut self,
        service: &str,
        target: &str,
        body: &str,
    ) -> Result<Value, CallError> {
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        let answer = self.ask(service, "POST", "/", &headers, body)?;
        json(&answer)
    }

    /// Calls an operation of a service that takes forms: `Action=CreateRole&RoleName=r`. The answer
    /// is XML.
    pub fn call_form(&mut self, service: &str, form: &str) -> Result<String, CallError> {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self.ask(service, "POST", "/", &headers, form)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn ask(
        &mut self,
        service: &str,
        method: &str,
        path_and_query: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Vec<u8>, CallError> {
        let request = self.sign(service, method, path_and_query, headers, body);
        let exchanged = self.exchange(&request);
        if exchanged.is_err() {
            self.stream = None;
        }
        let (status, answer) = exchanged?;
        if status != 200 {
            let target = headers.iter().find(|(name, _)| *name == "x-amz-target");
            let what = target.map_or(path_and_query, |(_, target)| *target);
            let what = format!("{method} {what}");
            let body = String::from_utf8_lossy(&answer).into_owned();
            return Err(CallError::Refused { what, status, body });
        }
        Ok(answer)
    }

    fn sign(
        &self,
        service: &str,
        method: &str,
        path_and_query: &str,
        extra: &[(&str, &str)],
        body: &str,
    ) -> String {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let mut headers = vec![("host", self.host.as_str())];
        headers.extend(extra);
        let parts = RequestParts { method, path, query, headers: &headers };
        let target = Target { region: "us-east-1", service, style: PathStyle::Normalized };
        let hash = sha256_hex(body.as_bytes());
        let signed = sign(&parts, &self.credentials, target, self.clock.now(), &hash);
        let mut request = format!("{method} {path_and_query} HTTP/1.1\r\n");
        let signed = signed.iter().map(|(name, value)| (&**name, &**value));
        for (name, value) in headers.into_iter().chain(signed) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request + &format!("content-length: {}\r\n\r\n{body}", body.len())
    }

    fn exchange(&mut self, request: &str) -> io::Result<(u16, Vec<u8>)> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            self.stream = Some(BufReader::new(stream));
        }
        let stream = self.stream.as_mut().expect("it was just connected");
        stream.get_mut().write_all(request.as_bytes())?;
        let (status, body, is_kept) = read_answer(stream)?;
        if !is_kept {
            self.stream = None;
        }
        Ok((status, body))
    }
}

/// An answer that ends early is one that did not come.
fn json(answer: &[u8]) -> Result<Value, CallError> {
    let value = (!answer.is_empty()).then(|| serde_json::from_slice(answer)).transpose();
    Ok(value.map_err(io::Error::from)?.unwrap_or(Value::Null))
}

fn read_answer(stream: &mut impl BufRead) -> io::Result<(u16, Vec<u8>, bool)> {
    let malformed = |line: &str| io::Error::other(format!("an answer holds {line:?}"));
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| malformed(&line))?;
    let (mut length, mut is_kept) = (None, line.starts_with("HTTP/1.1"));
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => {
                length = Some(value.trim().parse::<usize>().map_err(|_| malformed(&line))?);
            }
            "connection" => is_kept &= !value.trim().eq_ignore_ascii_case("close"),
            "transfer-encoding" => return Err(malformed(&line)),
            _ => {}
        }
    }
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            stream.read_exact(&mut body)?;
        }
        None => {
            stream.read_to_end(&mut body)?;
        }
    }
    Ok((status, body, is_kept && length.is_some()))
}
