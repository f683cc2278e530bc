//! Lambda's Runtime API, as one worker has it: at an address of its own, which nobody can guess.
//!
//! `GET /2018-06-01/runtime/invocation/next` waits for an invocation, `POST …/invocation/ID/response` and
//! `…/ID/error` answer it, `POST …/init/error` says why there will be none.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

use crate::desk::{Answer, Desk, RESPONSE_BYTES_MAX, Task};
use crate::invocation::PAYLOAD_BYTES_MAX;

const VERSION: &str = "/2018-06-01/runtime/";

/// One more than may be, so that the one who answers too much is told.
const BODY_BYTES_MAX: usize = PAYLOAD_BYTES_MAX + 1024 * 1024;

/// A listener at an address of the loopback that no scan finds soon: any of sixteen million, at any port.
pub(crate) async fn listen() -> std::io::Result<TcpListener> {
    let random = getrandom::u32().map_err(std::io::Error::other)?.to_be_bytes();
    let own = Ipv4Addr::new(127, random[0].clamp(1, 254), random[1], random[2].clamp(1, 254));
    match TcpListener::bind(SocketAddr::new(IpAddr::V4(own), 0)).await {
        Ok(listener) => Ok(listener),
        // A system whose loopback has one address.
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
    }
}

/// Serves one worker, until the future is dropped.
pub(crate) async fn serve(listener: TcpListener, desk: Arc<Desk>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        let desk = Arc::clone(&desk);
        let service = service_fn(move |request| {
            let desk = Arc::clone(&desk);
            async move { Ok::<_, Infallible>(answer(&desk, request).await) }
        });
        connections.spawn(async move {
            // A worker that ends in the middle of a request is no error.
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(desk: &Desk, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix(VERSION).unwrap_or_default().to_owned();
    if head.method == Method::GET && path == "invocation/next" {
        let next = desk.next().await.and_then(handed);
        return next.unwrap_or_else(|| refuse(410, "Closed", "there are no more invocations"));
    }
    if head.method != Method::POST {
        return refuse(404, "NotFound", "there is nothing here");
    }
    let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
        return too_large(desk, &path);
    };
    let body = body.to_bytes();
    if path == "init/error" {
        desk.fail_init(error_document(&head.headers, body));
        return accepted();
    }
    let invocation = path.strip_prefix("invocation/").and_then(|rest| rest.split_once('/'));
    let (request_id, said) = match invocation {
        Some((_, "response")) if body.len() > RESPONSE_BYTES_MAX => return too_large(desk, &path),
        Some((id, "response")) if streams(&head.headers) => {
            let what = "response streaming is not supported";
            (
                id,
                Answer::Error(
                    json!({ "errorType": "Runtime.Unsupported", "errorMessage": what })
                        .to_string()
                        .into(),
                ),
            )
        }
        Some((id, "response")) => (id, Answer::Response(body)),
        Some((id, "error")) => (id, Answer::Error(error_document(&head.headers, body))),
        _ => return refuse(404, "NotFound", "there is nothing here"),
    };
    match desk.answer(request_id, said) {
        true => accepted(),
        false => refuse(400, "InvalidRequestID", "Invalid request ID"),
    }
}

fn handed(task: Task) -> Option<Response<Full<Bytes>>> {
    let Task { request_id, payload, arn, client_context, trace_id, deadline } = task;
    let mut response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", request_id)
        .header("lambda-runtime-deadline-ms", deadline)
        .header("lambda-runtime-invoked-function-arn", arn)
        .header("lambda-runtime-trace-id", trace_id);
    if let Some(context) = client_context {
        response = response.header("lambda-runtime-client-context", context);
    }
    response.body(Full::new(payload)).ok()
}

fn streams(headers: &HeaderMap) -> bool {
    headers.get("lambda-runtime-function-response-mode").is_some_and(|mode| mode == "streaming")
}

fn too_large(desk: &Desk, path: &str) -> Response<Full<Bytes>> {
    if let Some((id, _)) = path.strip_prefix("invocation/").and_then(|rest| rest.split_once('/')) {
        desk.answer(id, Answer::TooLarge);
    }
    let what = format!("Exceeded maximum allowed payload size ({RESPONSE_BYTES_MAX} bytes).");
    refuse(413, "RequestEntityTooLarge", &what)
}

/// What is told of an error; where the runtime says nothing, its type at least.
fn error_document(headers: &HeaderMap, body: Bytes) -> Bytes {
    if !body.is_empty() {
        return body;
    }
    let kind = headers.get("lambda-runtime-function-error-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("Unhandled");
    json!({ "errorType": kind, "errorMessage": "" }).to_string().into()
}

fn accepted() -> Response<Full<Bytes>> {
    reply(StatusCode::ACCEPTED, &json!({ "status": "OK" }))
}

fn refuse(status: u16, kind: &str, what: &str) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    reply(status, &json!({ "errorType": kind, "errorMessage": what }))
}

fn reply(status: StatusCode, body: &serde_json::Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert("content-type", json);
    response
}
