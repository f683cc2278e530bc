//! A listener of HTTP, with TLS or without it, as the caller begins.

use std::net::SocketAddr;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::service::HttpService;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The longest that a TLS handshake or the headers of a request may take to come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait when no descriptor is left for another connection.
const EXHAUSTED_WAIT: Duration = Duration::from_millis(50);

/// The first byte of a TLS handshake. No HTTP request begins with it.
const TLS_FIRST_BYTE: u8 = 0x16;

/// The way that a connection came.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub address: SocketAddr,
    /// Whether it came by TLS.
    pub is_secure: bool,
}

/// Who serves the connections of a listener.
pub trait Host: Clone + Send + Sync + 'static {
    /// What its door is called in the log.
    const DOOR: &'static str;

    fn serve<S>(self, stream: S, arrival: Arrival) -> impl Future<Output = ()> + Send
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static;
}

/// Has `host` serve whoever comes, until the future is dropped.
pub async fn listen(listener: TcpListener, tls: TlsAcceptor, host: impl Host) {
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            tokio::time::sleep(EXHAUSTED_WAIT).await;
            continue;
        };
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        tokio::spawn(greet(stream, address, tls.clone(), host.clone()));
    }
}

async fn greet<H: Host>(stream: TcpStream, address: SocketAddr, tls: TlsAcceptor, host: H) {
    let mut first = [0];
    let Ok(Ok(1)) = tokio::time::timeout(PATIENCE, stream.peek(&mut first)).await else { return };
    if first[0] != TLS_FIRST_BYTE {
        return host.serve(stream, Arrival { address, is_secure: false }).await;
    }
    match tokio::time::timeout(PATIENCE, Box::pin(tls.accept(stream))).await {
        Ok(Ok(stream)) => host.serve(Box::new(stream), Arrival { address, is_secure: true }).await,
        Ok(Err(error)) => tracing::debug!(%error, %address, door = H::DOOR, "no TLS handshake"),
        Err(_) => tracing::debug!(%address, door = H::DOOR, "a TLS handshake took too long"),
    }
}

/// Reads requests from a stream, and has `service` answer them.
pub async fn speak_http<S, V, B>(stream: S, service: V)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    V: HttpService<Incoming, ResBody = B>,
    V::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    // An upgraded connection goes on in a task of its own.
    B::Data: Send,
{
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
