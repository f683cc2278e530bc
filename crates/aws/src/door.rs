//! The doors that HTTP comes through: the AWS door, whose callers sign, and those of the devices, who
//! bring a certificate.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use broker::{Claims, Identity, Peer};
use fleet::{Authority, Reason};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::body::Body;
use crate::http::answer;
use crate::listen::{Arrival, Host, listen, speak_http};
use crate::plain;
use crate::rewind::Rewind;
use crate::s3;
use crate::state::State;

/// Serves signed requests until the future is dropped, with TLS or without it, as the caller begins.
pub async fn serve(listener: TcpListener, tls: TlsAcceptor, state: Arc<State>) {
    listen(listener, tls, Signers(state)).await;
}

/// Those who sign.
#[derive(Clone)]
struct Signers(Arc<State>);

impl Host for Signers {
    const DOOR: &'static str = "aws";

    async fn serve<S>(self, stream: S, Arrival { address, is_secure }: Arrival)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        serve_stream(stream, Via { address, is_secure, device: None }, self.0).await;
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
    speak_http(stream, service).await;
}
