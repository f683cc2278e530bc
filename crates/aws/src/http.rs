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

use crate::auth::authenticate;
use crate::caller::{Caller, Who};
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
    let mut protocol = spoken(&head.headers);
    let outcome = match Limited::new(body, BODY_MAX).collect().await {
        Ok(body) => handle(state, via, head, body.to_bytes(), &mut protocol).await,
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
    via: Via,
    head: Parts,
    body: Bytes,
    protocol: &mut Protocol,
) -> Result<Reply, AwsError> {
    let (method, path) = (head.method.as_str(), head.uri.path());
    let (who, service) = match via.device {
        None => {
            let signed = authenticate(&state, &head, &body)?;
            (signed.who, service::find(&signed.service)?)
        }
        Some(device) => (device_of(device)?, service::for_devices(method, path)?),
    };
    *protocol = service.protocol;
    let (row, captures) = service.route(method, path, &head.headers)?;
    tracing::debug!(operation = row.name, ?who, "called");
    let query = head.uri.query().unwrap_or_default();
    let input = gather(row, captures, query, &head.headers, &body)?;
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let caller = Caller { who, host: host.to_owned(), source_ip: via.source_ip, body };
    (row.call)(state, service, caller, input).await
}

fn device_of(admitted: Result<Arc<Authority>, Reason>) -> Result<Who, AwsError> {
    admitted
        .map(Who::Device)
        .map_err(|reason| AwsError::new(403, "ForbiddenException", reason.to_string()))
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
