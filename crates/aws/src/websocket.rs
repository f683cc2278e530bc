//! MQTT in a WebSocket: `GET /mqtt`, signed for the service `iotdevicegateway`, or for a custom authorizer
//! to judge.

use std::sync::Arc;

use broker::{Broker, Claims, Identity, Peer, WebSocketAnswer};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use sigv4::SignatureError;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::auth::{AuthError, Claim};
use crate::door::{Device, Via};
use crate::error::AwsError;
use crate::head::{Head, with_head};
use crate::http::claimed;
use crate::rewind::Rewind;
use crate::service::Protocol;
use crate::state::State;

const PATH: &str = "/mqtt";
const SERVICE: &str = "iotdevicegateway";

/// Whether a request asks for a WebSocket.
pub(crate) fn is_asked_for(request: &Request<Incoming>) -> bool {
    request.uri().path() == PATH && request.headers().contains_key("upgrade")
}

/// Finds out who asks, answers, and hands the connection to the broker.
pub(crate) fn open(
    state: &Arc<State>,
    via: &Via,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, AwsError> {
    let (parts, body) = request.into_parts();
    let answer = with_head(&parts, |head| WebSocketAnswer::to(head.headers)).ok_or_else(|| {
        AwsError::invalid_request("this path speaks MQTT in WebSocket, with the subprotocol mqtt")
    })?;
    let identity = identity(state, via, &parts)?;
    let (broker, address) = (state.broker.clone(), via.address);
    tokio::spawn(async move {
        match hyper::upgrade::on(Request::from_parts(parts, body)).await {
            Ok(upgraded) => serve(&broker, upgraded, Peer { address, identity }).await,
            Err(error) => tracing::debug!(%error, "a WebSocket was not taken up"),
        }
    });
    Ok(switching(&answer))
}

/// Whose signature it is. Who has none, nor a certificate, is judged when its CONNECT is there, if there
/// is anybody to judge it.
fn identity(state: &State, via: &Via, parts: &Parts) -> Result<Identity, AwsError> {
    let request = || Some(claimed(parts));
    if let Some(Device::Claims(claims)) = &via.device {
        let server_name = claims.server_name.clone();
        return Ok(Identity::Claims(Arc::new(Claims { server_name, request: request() })));
    }
    with_head(parts, |head| match Claim::read(head) {
        Err(AuthError::Signature(SignatureError::Missing)) if has_authorizer(state)? => {
            Ok(Identity::Claims(Arc::new(Claims { server_name: None, request: request() })))
        }
        claim => signed(state, head, claim),
    })
}

fn has_authorizer(state: &State) -> Result<bool, AwsError> {
    Ok(!state.fleet.registry().authorizers(Some(true), None, 1)?.items.is_empty())
}

fn signed(
    state: &State,
    head: &Head<'_>,
    claim: Result<Claim<'_>, AuthError>,
) -> Result<Identity, AwsError> {
    let worded = |error: AuthError| error.worded(Protocol::RestJson);
    let claim = claim.map_err(worded)?;
    if claim.service() != SERVICE {
        let what = format!("a WebSocket is signed for {SERVICE}, not for {}", claim.service());
        return Err(AwsError::invalid_request(what));
    }
    claim.verify(state, head, &Bytes::new()).map_err(worded)?;
    let (id, session_token) = claim.credentials();
    let session_token = session_token.map(Into::into);
    Ok(Identity::AccessKey { id: id.into(), session_token })
}

type Secure = Box<TlsStream<TcpStream>>;

/// The broker gets the stream as it was accepted: with TLS or without it, by this door or by another that
/// hands on what is signed.
async fn serve(broker: &Broker, upgraded: Upgraded, peer: Peer) {
    let upgraded = match upgraded.downcast::<TokioIo<Rewind<TcpStream>>>() {
        Ok(plain) => {
            let (stream, read) = plain.io.into_inner().after(&plain.read_buf);
            return broker.serve_websocket(stream, read, peer).await;
        }
        Err(other) => other,
    };
    let upgraded = match upgraded.downcast::<TokioIo<Rewind<Secure>>>() {
        Ok(secure) => {
            let (stream, read) = secure.io.into_inner().after(&secure.read_buf);
            return broker.serve_websocket(stream, read, peer).await;
        }
        Err(other) => other,
    };
    let upgraded = match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(plain) => {
            let read = plain.read_buf.to_vec();
            return broker.serve_websocket(plain.io.into_inner(), read, peer).await;
        }
        Err(other) => other,
    };
    let secure = upgraded.downcast::<TokioIo<Secure>>().expect("no door serves other streams");
    broker.serve_websocket(secure.io.into_inner(), secure.read_buf.to_vec(), peer).await;
}

fn switching(answer: &WebSocketAnswer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let accept = HeaderValue::from_str(&answer.accept).expect("base64 is a header's text");
    let headers = [
        ("upgrade", HeaderValue::from_static("websocket")),
        ("connection", HeaderValue::from_static("Upgrade")),
        ("sec-websocket-accept", accept),
        ("sec-websocket-protocol", HeaderValue::from_static(answer.protocol)),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}
