//! From a request to its answer.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use fleet::{Authority, Reason};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::auth::{AuthError, Claim};
use crate::caller::{Caller, Who};
use crate::door::Via;
use crate::dynamodb;
use crate::error::AwsError;
use crate::input::gather;
use crate::iot;
use crate::lambda;
use crate::line_protocol;
use crate::metrics::Went;
use crate::operation::Given;
use crate::query::{self, Form};
use crate::reply::Reply;
use crate::service::{self, Protocol};
use crate::state::State;
use crate::websocket;
use crate::xml;

/// The largest body that an operation takes.
const BODY_MAX: usize = 4 * 1_048_576;
/// The same of documents, of which one request holds many.
const DOCUMENTS_BODY_MAX: usize = 16 * 1_048_576;

pub(crate) async fn answer(
    state: Arc<State>,
    via: Via,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let request_id = state.next_request_id();
    if via.device.is_none() && websocket::is_asked_for(&request) {
        let heard = Heard { protocol: Protocol::RestJson, service: "", operation: "" };
        let opened = websocket::open(&state, via.address, request);
        return Ok(opened.unwrap_or_else(|error| respond(Err(error), heard, &request_id)));
    }
    let (head, body) = request.into_parts();
    if via.device.is_none()
        && let Some(token) = iot::followed_link(&head)
    {
        let heard = Heard { protocol: Protocol::RestJson, service: "", operation: "" };
        return Ok(respond(iot::follow_link(&state, &token).await, heard, &request_id));
    }
    if via.device.is_none()
        && let Some(token) = lambda::followed_link(&head)
    {
        let heard = Heard { protocol: Protocol::RestJson, service: "", operation: "" };
        return Ok(respond(lambda::follow_link(&state, &token).await, heard, &request_id));
    }
    if via.device.is_none() && line_protocol::is_asked_for(&head) {
        return Ok(line_protocol::answer(&state, &via, &head, body).await);
    }
    let mut heard = Heard::of(&head);
    let (began, counted) = (Instant::now(), Arc::clone(&state));
    let outcome = match Limited::new(body, body_max(&state, &head)).collect().await {
        Ok(body) => handle(state, via, head, body.to_bytes(), &mut heard).await,
        Err(_) => {
            Err(AwsError::new(413, "RequestEntityTooLargeException", "the body is too large"))
        }
    };
    let (went, took) = (Went::of(&outcome), began.elapsed());
    counted.requests.metrics.count(heard.service, heard.operation, went, took);
    Ok(respond(outcome, heard, &request_id))
}

/// What is known of a request when it is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    protocol: Protocol,
    /// The names of the operation and its service; nothing before they are known.
    service: &'static str,
    operation: &'static str,
}

impl Heard {
    /// Before anything of the request is known.
    pub(crate) fn of(head: &Parts) -> Heard {
        Heard { protocol: spoken(head), service: "", operation: "" }
    }
}

/// How a caller is told of an error before its service is known: as it speaks itself.
fn spoken(head: &Parts) -> Protocol {
    if head.headers.contains_key("x-amz-target") {
        Protocol::Json10 { target_prefix: "" }
    } else if head.uri.path() == "/" && is_form(&head.headers) {
        Protocol::Query { namespace: "" }
    } else {
        Protocol::RestJson
    }
}

fn body_max(state: &State, head: &Parts) -> usize {
    if let Some(most) = lambda::body_max(head) {
        // So much is taken only of those who at least know a key.
        let known = Claim::read(head).ok().is_some_and(|claim| claim.is_known(state));
        return if known { most } else { BODY_MAX };
    }
    let target = head.headers.get("x-amz-target").map_or(&b""[..], HeaderValue::as_bytes);
    if target.starts_with(b"DynamoDB_") { DOCUMENTS_BODY_MAX } else { BODY_MAX }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    content_type.is_some_and(|text| text.starts_with("application/x-www-form-urlencoded"))
}

pub(crate) async fn handle(
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
            let service = service::find(claim.service(), &head.headers)?;
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
    (heard.service, heard.operation) = (service.signing_name, row.name);
    tracing::debug!(operation = row.name, ?who, "called");
    let input = match service.protocol {
        Protocol::Query { .. } => Given::Fields(query::input(&form)?),
        _ if row.is_body_alone() && query.is_empty() => Given::Json(body.clone()),
        _ => Given::Fields(gather(row, captures, query, &head.headers, &body)?),
    };
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let user_agent = head.headers.get("user-agent").and_then(|agent| agent.to_str().ok());
    let user_agent = user_agent.unwrap_or_default().to_owned();
    let (host, protocol, is_secure) = (host.to_owned(), service.protocol, via.is_secure);
    let source_ip = via.address.ip();
    let caller = Caller { who, host, user_agent, source_ip, is_secure, protocol, body };
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
    let Heard { protocol, operation, .. } = heard;
    let query_code = outcome.as_ref().err().and_then(|error| error.query_code);
    let mut more = Vec::new();
    let (status, content_type, body, code) = match outcome {
        Ok(Reply::Payload(payload)) => (200, payload.content_type, payload.bytes, None),
        Ok(Reply::Shaped(shaped)) => {
            more = shaped.headers;
            (shaped.status, shaped.content_type, shaped.bytes, None)
        }
        Ok(Reply::Json(body)) => (200, protocol.content_type(), body, None),
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
    let crc = if heard.service == dynamodb::SIGNING_NAME { crc32fast::hash(&body) } else { 0 };
    let mut response = Response::new(Full::new(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    for (name, value) in more {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    if heard.service == dynamodb::SIGNING_NAME {
        // Its clients look whether the body is whole.
        headers.insert("x-amz-crc32", HeaderValue::from(crc));
    }
    // Whose fault it was: ours have no such code.
    let query_error = query_code.map(|code| format!("{code};Sender"));
    if let Some(value) = query_error.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert("x-amzn-query-error", value);
    }
    // A code that is qualified is for the body alone: clients take this header as it is.
    if let Some(code) = code.filter(|code| !code.contains('#')) {
        headers.insert("x-amzn-errortype", HeaderValue::from_static(code));
    }
    response
}
