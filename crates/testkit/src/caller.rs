//! A client of the AWS door: one kept connection, blocking, each request signed.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use stdx::clock::Clock;

/// How long an answer may take. Only a server that stands still takes so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// One call, before it is signed.
#[derive(Clone, Debug)]
pub struct Request {
    pub service: &'static str,
    pub method: &'static str,
    pub path_and_query: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Request {
    /// Of a service that routes by path.
    pub fn by_path(
        service: &'static str,
        method: &'static str,
        path_and_query: impl Into<String>,
        body: impl Into<String>,
    ) -> Request {
        let (path_and_query, body) = (path_and_query.into(), body.into());
        Request { service, method, path_and_query, headers: Vec::new(), body }
    }

    /// Of a service that routes by target: `DynamoDB_20120810.PutItem`
    pub fn by_target(service: &'static str, target: &str, body: impl Into<String>) -> Request {
        let content_type = "application/x-amz-json-1.0".to_owned();
        let headers = vec![("content-type", content_type), ("x-amz-target", target.to_owned())];
        Request { headers, ..Request::by_path(service, "POST", "/", body) }
    }

    /// Of a service that takes forms: `Action=CreateRole&RoleName=r`
    fn by_form(service: &'static str, form: &str) -> Request {
        let content_type = "application/x-www-form-urlencoded".to_owned();
        let headers = vec![("content-type", content_type)];
        Request { headers, ..Request::by_path(service, "POST", "/", form) }
    }

    /// What an error calls it.
    fn what(&self) -> String {
        let target = self.headers.iter().find(|(name, _)| *name == "x-amz-target");
        let what = target.map_or(&self.path_and_query, |(_, target)| target);
        format!("{} {what}", self.method)
    }
}

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
        service: &'static str,
        method: &'static str,
        path_and_query: &str,
        body: &str,
    ) -> Result<Value, CallError> {
        json(&self.fetch(&Request::by_path(service, method, path_and_query, body))?)
    }

    /// Calls an operation of a service that routes by target: `DynamoDB_20120810.PutItem`
    pub fn call_target(
        &mut self,
        service: &'static str,
        target: &str,
        body: &str,
    ) -> Result<Value, CallError> {
        json(&self.fetch(&Request::by_target(service, target, body))?)
    }

    /// Calls an operation of a service that takes forms: `Action=CreateRole&RoleName=r`. The answer
    /// is XML.
    pub fn call_form(&mut self, service: &'static str, form: &str) -> Result<String, CallError> {
        let answer = self.fetch(&Request::by_form(service, form))?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Sends a request, whose answer is to be [received](Caller::receive) before the next is sent.
    pub fn send(&mut self, request: &Request) -> Result<(), CallError> {
        let text = self.sign(request);
        let sent = self.connected().and_then(|stream| stream.get_mut().write_all(text.as_bytes()));
        Ok(self.give_up_if_lost(sent)?)
    }

    /// The answer to the request that was sent.
    pub fn receive(&mut self, request: &Request) -> Result<Value, CallError> {
        json(&self.receive_bytes(request)?)
    }

    /// Asks for something, and gives the body of the answer as it came.
    pub fn fetch(&mut self, request: &Request) -> Result<Vec<u8>, CallError> {
        self.send(request)?;
        self.receive_bytes(request)
    }

    fn receive_bytes(&mut self, request: &Request) -> Result<Vec<u8>, CallError> {
        let received = self.connected().and_then(read_answer);
        let (status, body, is_kept) = self.give_up_if_lost(received)?;
        if !is_kept {
            self.stream = None;
        }
        if !(200..300).contains(&status) {
            let body = String::from_utf8_lossy(&body).into_owned();
            return Err(CallError::Refused { what: request.what(), status, body });
        }
        Ok(body)
    }

    fn sign(&self, request: &Request) -> String {
        let Request { service, method, path_and_query, headers: extra, body } = request;
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let mut headers = vec![("host", self.host.as_str())];
        headers.extend(extra.iter().map(|(name, value)| (*name, value.as_str())));
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

    fn connected(&mut self) -> io::Result<&mut BufReader<TcpStream>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(self.stream.as_mut().expect("it was just connected"))
    }

    fn give_up_if_lost<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        if outcome.is_err() {
            self.stream = None;
        }
        outcome
    }
}

/// An answer that ends early is one that did not come.
fn json(answer: &[u8]) -> Result<Value, CallError> {
    let value = (!answer.is_empty()).then(|| serde_json::from_slice(answer)).transpose();
    Ok(value.map_err(io::Error::from)?.unwrap_or(Value::Null))
}

fn read_answer(stream: &mut BufReader<TcpStream>) -> io::Result<(u16, Vec<u8>, bool)> {
    let malformed = |line: &str| io::Error::other(format!("an answer holds {line:?}"));
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| malformed(&line))?;
    let has_no_body = status == 204;
    let (mut length, mut is_kept) = (has_no_body.then_some(0), line.starts_with("HTTP/1.1"));
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
