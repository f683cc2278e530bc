//! The HTTP server of the door.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::auth::authenticate;
use crate::caller::Caller;
use crate::error::AwsError;
use crate::input::gather;
use crate::reply::Reply;
use crate::service::{self, Protocol};
use crate::state::State;

/// The largest body that a JSON operation takes.
const BODY_MAX: usize = 4 * 1_048_576;

/// The longest that the headers of a request may take to come.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(30);

/// How long to wait when no descriptor is left for another connection.
const EXHAUSTED_WAIT: Duration = Duration::from_millis(50);

/// Serves requests until the future is dropped.
pub async fn serve(listener: TcpListener, state: Arc<State>) {
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            tokio::time::sleep(EXHAUSTED_WAIT).await;
            continue;
        };
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service =
                service_fn(move |request| answer(Arc::clone(&state), address.ip(), request));
            let served = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADERS_TIMEOUT)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            if let Err(error) = served {
                tracing::debug!(%error, "a connection of the AWS door broke");
            }
        });
    }
}

async fn answer(
    state: Arc<State>,
    source_ip: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let request_id = state.next_request_id();
    let mut protocol = spoken(&head.headers);
    let outcome = match Limited::new(body, BODY_MAX).collect().await {
        Ok(body) => handle(state, source_ip, head, body.to_bytes(), &mut protocol).await,
        Err(_) => {
            Err(AwsError::new(413, "RequestEntityTooLargeException", "the body is too large"))
        }
    };
    Ok(respond(outcome, protocol, &request_id))
}

/// How a caller is told of an error before its service is known: as it speaks itself.
fn spoken(headers: &HeaderMap) -> Protocol {
    if headers.contains_key("x-amz-target") {
        Protocol::Json10 { target_prefix: "" }
    } else {
        Protocol::RestJson
    }
}

async fn handle(
    state: Arc<State>,
    source_ip: IpAddr,
    head: Parts,
    body: Bytes,
    protocol: &mut Protocol,
) -> Result<Reply, AwsError> {
    let signed = authenticate(&state, &head, &body)?;
    let service = service::find(&signed.service)?;
    *protocol = service.protocol;
    let (row, captures) = service.route(head.method.as_str(), head.uri.path(), &head.headers)?;
    tracing::debug!(operation = row.name, who = ?signed.who, "called");
    let query = head.uri.query().unwrap_or_default();
    let input = gather(row, captures, query, &head.headers, &body)?;
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.to_owned();
    let caller = Caller { who: signed.who, host, source_ip, headers: head.headers, body };
    (row.call)(state, service, caller, input).await
}

fn respond(
    outcome: Result<Reply, AwsError>,
    protocol: Protocol,
    request_id: &str,
) -> Response<Full<Bytes>> {
    let (status, reply, code) = match outcome {
        Ok(reply) => (200, reply, None),
        Err(error) => (error.status, Reply::Fields(error.body(protocol)), Some(error.code)),
    };
    let (content_type, body) = match reply {
        Reply::Payload(payload) => (payload.content_type, payload.bytes),
        Reply::Fields(fields) => (protocol.content_type(), Bytes::from(fields.to_string())),
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
