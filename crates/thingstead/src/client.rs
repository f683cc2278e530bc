//! Calls to a running server, through its AWS door, with the credentials of its data directory.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use stdx::clock::Clock;
use tokio::net::TcpStream;

use crate::data::Data;
use crate::identity::read_credentials;
use crate::ready::{Ready, read_ready};

/// How long an answer may take; the longest are those that wait for messages.
const PATIENCE: Duration = Duration::from_secs(60);

/// Servers take any region in a signature's scope.
const REGION: &str = "us-east-1";

/// A caller of one server.
#[derive(Debug)]
pub(crate) struct Client {
    /// `HOST:PORT` of the AWS door.
    address: String,
    credentials: Credentials,
    clock: Clock,
    pub(crate) ready: Ready,
}

/// What is asked of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// As it is signed for.
    pub(crate) service: &'a str,
    pub(crate) method: &'a str,
    /// With its names encoded; so is the query.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<&'a Value>,
}

/// What is asked of the server, with a body of any kind.
#[derive(Debug)]
pub(crate) struct RawCall<'a> {
    pub(crate) service: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Bytes,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The code of an error, where a header says it.
    pub(crate) code: Option<String>,
    pub(crate) body: Bytes,
}

/// A refusal, as the server words it.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Refused {}

impl Client {
    /// A caller of the server that runs on `data`.
    pub(crate) fn new(data: &Data) -> Result<Client> {
        let start = "start one with: thingstead up";
        let Some(ready) = read_ready(&data.ready())? else {
            bail!("no server runs on {}; {start}", data.root().display());
        };
        let Some(aws) = ready.aws.as_deref() else {
            bail!("the server's AWS door is closed; start it without --aws off");
        };
        let address = aws.strip_prefix("http://").unwrap_or(aws).to_owned();
        let Some(found) = read_credentials(data)? else {
            bail!("{} has no credentials; {start}", data.root().display());
        };
        let credentials = Credentials {
            access_key: found.access_key_id,
            secret: found.secret_access_key,
            session_token: None,
        };
        Ok(Client { address, credentials, clock: Clock::system(), ready })
    }

    /// An operation that AWS does not have.
    pub(crate) async fn own(&self, operation: &str, body: &Value) -> Result<Value> {
        let operation = format!("Thingstead.{operation}");
        let headers =
            [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", operation.as_str())];
        let call = Call {
            service: "thingstead",
            method: "POST",
            path: "/",
            query: "",
            headers: &headers,
            body: Some(body),
        };
        self.call(&call).await
    }

    /// An operation of AWS's whose answer is JSON.
    pub(crate) async fn call(&self, call: &Call<'_>) -> Result<Value> {
        let body = call.body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let Call { service, method, path, query, headers, .. } = *call;
        let raw = RawCall { service, method, path, query, headers, body: Bytes::from(body) };
        let answer = self.fetch(raw).await?;
        let value: Value =
            serde_json::from_slice(&answer.body).context("the server's answer is no JSON")?;
        if answer.status.is_success() {
            return Ok(value);
        }
        // Of many reasons the first is told.
        let message = value["RejectedRecords"][0]["Reason"].as_str();
        let message = message.or(value["message"].as_str()).or(value["Message"].as_str());
        let message = message.unwrap_or("no reason was given").to_owned();
        let code = answer.code.unwrap_or_else(|| answer.status.to_string());
        Err(Refused { code, message }.into())
    }

    /// An operation whose answer is something else. Errors are answers, too.
    pub(crate) async fn fetch(&self, call: RawCall<'_>) -> Result<Answer> {
        let RawCall { service, method, path, query, headers, body } = call;
        let hash = sha256_hex(&body);
        let mut headers: Vec<(&str, &str)> =
            [("host", self.address.as_str())].iter().chain(headers).copied().collect();
        // S3 has the names of its objects as they are, and wants the hash in a header.
        let style = match service {
            "s3" => PathStyle::S3,
            _ => PathStyle::Normalized,
        };
        if style == PathStyle::S3 {
            headers.push(("x-amz-content-sha256", &hash));
        }
        let parts = RequestParts { method, path, query, headers: &headers };
        let target = Target { region: REGION, service, style };
        let signed = sign(&parts, &self.credentials, target, self.clock.now(), &hash);
        let uri = match query {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        for (name, value) in &signed {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(body))?;
        let answer = tokio::time::timeout(PATIENCE, self.send(request)).await;
        answer.context("the server took too long")?
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer> {
        let stream = TcpStream::connect(&self.address).await.with_context(|| {
            format!("no server answers at {}; is it running? see: thingstead doctor", self.address)
        })?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        let status = response.status();
        let code = response.headers().get("x-amzn-errortype").cloned();
        let body = response.into_body().collect().await?.to_bytes();
        connection.abort();
        let code = code.and_then(|code| code.to_str().ok().map(str::to_owned));
        Ok(Answer { status, code, body })
    }
}
