//! The listener: with TLS or without it, as the caller begins.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws::State;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::guard::Names;
use crate::split::{Via, answer};

/// The longest that a TLS handshake, the headers of a request or the body of one to sign in may take to
/// come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait when no descriptor is left for another connection.
const EXHAUSTED_WAIT: Duration = Duration::from_millis(50);

/// The first byte of a TLS handshake. No HTTP request begins with it.
const TLS_FIRST_BYTE: u8 = 0x16;

/// What the door is to.
#[derive(Debug)]
pub struct Console {
    pub(crate) state: Arc<State>,
    pub(crate) names: Names,
    /// Whether other machines can come.
    pub(crate) is_public: bool,
}

impl Console {
    /// `names` are those of the server's certificate.
    pub fn new(state: Arc<State>, names: &[String], is_public: bool) -> Console {
        Console { state, names: Names::new(names), is_public }
    }
}

/// Serves the console until the future is dropped.
pub async fn serve(listener: TcpListener, tls: TlsAcceptor, console: Console) {
    let console = Arc::new(console);
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            tokio::time::sleep(EXHAUSTED_WAIT).await;
            continue;
        };
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        tokio::spawn(serve_one(stream, address, tls.clone(), Arc::clone(&console)));
    }
}

async fn serve_one(
    stream: TcpStream,
    address: SocketAddr,
    tls: TlsAcceptor,
    console: Arc<Console>,
) {
    let mut first = [0];
    let Ok(Ok(1)) = tokio::time::timeout(PATIENCE, stream.peek(&mut first)).await else { return };
    if first[0] != TLS_FIRST_BYTE {
        return serve_stream(stream, Via { address, is_secure: false }, console).await;
    }
    match tokio::time::timeout(PATIENCE, Box::pin(tls.accept(stream))).await {
        Ok(Ok(stream)) => {
            serve_stream(Box::new(stream), Via { address, is_secure: true }, console).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, %address, "no TLS handshake at the console"),
        Err(_) => tracing::debug!(%address, "a TLS handshake at the console took too long"),
    }
}

async fn serve_stream<S>(stream: S, via: Via, console: Arc<Console>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let console = Arc::clone(&console);
        async move { Ok::<_, Infallible>(answer(console, via, request).await) }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the console broke");
    }
}
