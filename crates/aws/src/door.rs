//! The doors that HTTP comes through: the AWS door, whose callers sign, and those of the devices, who
//! bring a certificate.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use broker::{Claims, Identity, Peer};
use fleet::{Authority, Reason};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::body::Body;
use crate::http::answer;
use crate::plain;
use crate::rewind::Rewind;
use crate::s3;
use crate::state::State;

/// The longest that a TLS handshake or the headers of a request may take to come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait when no descriptor is left for another connection.
const EXHAUSTED_WAIT: Duration = Duration::from_millis(50);

/// The first byte of a TLS handshake. No HTTP request begins with it.
const TLS_FIRST_BYTE: u8 = 0x16;

/// Serves signed requests until the future is dropped, with TLS or without it, as the caller begins.
pub async fn serve(listener: TcpListener, tls: TlsAcceptor, state: Arc<State>) {
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            tokio::time::sleep(EXHAUSTED_WAIT).await;
            continue;
        };
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        tokio::spawn(serve_signed(stream, address, tls.clone(), Arc::clone(&state)));
    }
}

async fn serve_signed(stream: TcpStream, address: SocketAddr, tls: TlsAcceptor, state: Arc<State>) {
    let via = Via { address, is_secure: false, device: None };
    let mut first = [0];
    let Ok(Ok(1)) = tokio::time::timeout(PATIENCE, stream.peek(&mut first)).await else { return };
    if first[0] != TLS_FIRST_BYTE {
        return serve_stream(stream, via, state).await;
    }
    match tokio::time::timeout(PATIENCE, Box::pin(tls.accept(stream))).await {
        Ok(Ok(stream)) => {
            let via = Via { is_secure: true, ..via };
            serve_stream(Box::new(stream), via, state).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, %address, "no TLS handshake at the AWS door"),
        Err(_) => tracing::debug!(%address, "a TLS handshake at the AWS door took too long"),
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
        let address = peer.address;
        let device = match peer.identity {
            Identity::Certificate(der) => {
                let admitted = state.fleet.admit_caller(address.ip(), &der);
                Device::Proved(admitted.map(Arc::new))
            }
            Identity::Claims(claims) => Device::Claims(claims),
            _ => Device::Proved(Err(Reason::CertificateMalformed)),
        };
        let via = Via { address, is_secure: true, device: Some(device) };
        Box::pin(serve_stream(stream, via, state))
    }
}

/// The way that a connection came.
#[derive(Clone, Debug)]
pub(crate) struct Via {
    pub(crate) address: SocketAddr,
    /// Whether it came by TLS.
    pub(crate) is_secure: bool,
    /// Who it is, if it came by the devices' door.
    pub(crate) device: Option<Device>,
}

/// Who came by the devices' door.
#[derive(Clone, Debug)]
pub(crate) enum Device {
    /// Whom its certificate, or an authorizer, says that it is.
    Proved(Result<Arc<Authority>, Reason>),
    /// It has no certificate: an authorizer judges each request.
    Claims(Arc<Claims>),
}

pub(crate) async fn serve_stream<S>(stream: S, via: Via, state: Arc<State>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if let Some(Device::Claims(_)) = via.device {
        return serve_rest(Rewind::new(Vec::new(), stream), via, state).await;
    }
    // What is not plain is hyper's, from that request on.
    if let Some((stream, front)) = plain::serve(stream, &via, &state).await {
        serve_rest(Rewind::new(front, stream), via, state).await;
    }
}

/// Answers a request that hyper read.
pub(crate) async fn respond(
    state: Arc<State>,
    via: Via,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    match s3::is_meant(&state, &via, &request) {
        true => s3::answer(state, via, request).await,
        false => Ok(answer(state, via, request).await?.map(Body::whole)),
    }
}

pub(crate) async fn serve_rest<S>(stream: S, via: Via, state: Arc<State>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let (state, via) = (Arc::clone(&state), via.clone());
        respond(state, via, request)
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection that spoke HTTP broke");
    }
}
