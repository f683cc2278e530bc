//! The HTTP server of the door.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use broker::{Identity, Peer};
use bytes::Bytes;
use fleet::{Authority, Reason};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;

use crate::auth::{AuthError, Claim};
use crate::caller::{Caller, Who};
use crate::error::AwsError;
use crate::input::gather;
use crate::query::{self, Form};
use crate::reply::Reply;
use crate::service::{self, Protocol};
use crate::state::State;
use crate::xml;

/// The largest body that a JSON operation takes.
const BODY_MAX: usize = 4 * 1_048_576;

/// The longest that the headers of a request may take to come.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait when no descriptor is left for another connection.
const EXHAUSTED_WAIT: Duration = Duration::from_millis(50);

/// Serves signed requests until the future is dropped.
pub async fn serve(listener: TcpListener, state: Arc<State>) {
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            tokio::time::sleep(EXHAUSTED_WAIT).await;
            continue;
        };
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        let via = Via { source_ip: address.ip(), device: None };
        tokio::spawn(serve_stream(stream, via, Arc::clone(&state)));
    }
}

/// The HTTP of devices, who bring a certificate instead of a signature.
#[derive(Debug)]
pub struct Devices(pub Arc<State>);

impl broker::Http for Devices {
    fn serve(
        &self,
        stream: Box<TlsStream<TcpStream>>,
        peer: Peer,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let state = Arc::clone(&self.0);
        let source_ip = peer.address.ip();
        let admitted = match &peer.identity {
            Identity::Certificate(der) => state.fleet.admit_caller(source_ip, der),
            _ => Err(Reason::CertificateMalformed),
        };
        let device = Some(admitted.map(Arc::new));
        Box::pin(serve_stream(stream, Via { source_ip, device }, state))
    }
}

/// The way that a connection came.
#[derive(Clone, Debug)]
struct Via {
    source_ip: IpAddr,
    /// Who its certificate says that it is, if it came by the devices' door.
    device: Option<Result<Arc<Authority>, Reason>>,
}

async fn serve_stream<S>(stream: S, via: Via, state: Arc<State>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| answer(Arc::clone(&state), via.clone(), request));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection that spoke HTTP broke");
    }
}

async fn answer(
    state: Arc<State>,
    via: Via,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let request_id = state.next_request_id();
    let mut heard = Heard { protocol: spoken(&head.headers), operation: "" };
    let outcome = match Limited::new(body, BODY_MAX).collect().await {
        Ok(body) => handle(state, via, head, body.to_bytes(), &mut heard).await,
        Err(_) => {
            Err(AwsError::new(413, "RequestEntityTooLargeException", "the body is too large"))
        }
    };
    Ok(respond(outcome, heard, &request_id))
}

/// What is known of a request when it is answered.
#[derive(Clone, Copy, Debug)]
struct Heard {
    protocol: Protocol,
    /// Nothing before it is known.
    operation: &'static str,
}

/// How a caller is told of an error before its service is known: as it speaks itself.
fn spoken(headers: &HeaderMap) -> Protocol {
    if headers.contains_key("x-amz-target") {
        Protocol::Json10 { target_prefix: "" }
    } else if is_form(headers) {
        Protocol::Query { namespace: "" }
    } else {
        Protocol::RestJson
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded"))
}

async fn handle(
    state: Arc<State>,
    via: Via,
    head: Parts,
    body: Bytes,
    heard: &mut Heard,
) -> Result<Reply, AwsError> {
    let (method, path) = (head.method.as_str(), head.uri.path());
    let (who, service) = match via.device {
        None => {
            let worded = |error: AuthError, heard: &Heard| error.worded(heard.protocol);
            let claim = Claim::read(&head).map_err(|error| worded(error, heard))?;
            let service = service::find(claim.service())?;
            heard.protocol = service.protocol;
            let login = claim.verify(&state, &head, &body).map_err(|error| worded(error, heard))?;
            (Who::Signed(login), service)
        }
        Some(device) => (device_of(device)?, service::for_devices(method, path)?),
    };
    heard.protocol = service.protocol;
    let query = head.uri.query().unwrap_or_default();
    let form = form(service.protocol, query, &body)?;
    let (row, captures) = service.route(method, path, &head.headers, &form)?;
    heard.operation = row.name;
    tracing::debug!(operation = row.name, ?who, "called");
    let input = match service.protocol {
        Protocol::Query { .. } => query::input(&form)?,
        _ => gather(row, captures, query, &head.headers, &body)?,
    };
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (host, protocol) = (host.to_owned(), service.protocol);
    let caller = Caller { who, host, source_ip: via.source_ip, protocol, body };
    (row.call)(state, service, caller, input).await
}

/// The fields of a request of the query protocol, which may stand in its query or its body.
fn form(protocol: Protocol, query: &str, body: &[u8]) -> Result<Form, AwsError> {
    let Protocol::Query { .. } = protocol else { return Ok(Form::new()) };
    let text = std::str::from_utf8(body)
        .map_err(|_| AwsError::new(400, "MalformedQueryString", "the body is no UTF-8"))?;
    let mut form = query::parse_form(query)?;
    form.extend(query::parse_form(text)?);
    Ok(form)
}

fn device_of(admitted: Result<Arc<Authority>, Reason>) -> Result<Who, AwsError> {
    admitted
        .map(Who::Device)
        .map_err(|reason| AwsError::new(403, "ForbiddenException", reason.to_string()))
}

fn respond(
    outcome: Result<Reply, AwsError>,
    heard: Heard,
    request_id: &str,
) -> Response<Full<Bytes>> {
    let Heard { protocol, operation } = heard;
    let (status, content_type, body, code) = match outcome {
        Ok(Reply::Payload(payload)) => (200, payload.content_type, payload.bytes, None),
        Ok(Reply::Fields(fields)) => {
            let body = match protocol {
                Protocol::Query { namespace } => {
                    xml::answer(namespace, operation, &fields, request_id)
                }
                _ => fields.to_string(),
            };
            (200, protocol.content_type(), Bytes::from(body), None)
        }
        Err(error) => {
            let body = Bytes::from(error.body(protocol, request_id));
            (error.status, protocol.content_type(), body, Some(error.code))
        }
    };
    let mut response = Response::new(Full::new(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(code) = code {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(code));
    }
    response
}
