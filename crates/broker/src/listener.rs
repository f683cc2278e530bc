//! The doors: sockets that accept connections, with and without TLS, and WebSocket on both.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustls::ServerConfig;
use rustls::server::{Acceptor, ClientHello};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::broker::{Broker, Counted, Shared};
use crate::port::{Claims, Identity, Peer};
use crate::{connection, handshake};

/// How long to wait when no descriptor is left for another connection.
const EXHAUSTED_WAIT: Duration = Duration::from_millis(50);

/// What is spoken on a connection. Clients tell by ALPN, with AWS's names, on any door; those that
/// say nothing speak what the door is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    Mqtt,
    Http,
}

/// Serves HTTP on connections that the broker accepted.
pub trait Http: Send + Sync + fmt::Debug + 'static {
    fn serve(
        &self,
        stream: Box<TlsStream<TcpStream>>,
        peer: Peer,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// TLS for a door of devices.
#[derive(Clone, Debug)]
pub struct TlsConfigs {
    /// Who has no certificate is turned away in the handshake.
    pub with_certificate: Arc<ServerConfig>,
    /// For those who ask for it: with or without one.
    pub without: Arc<ServerConfig>,
}

struct TlsDoor {
    configs: TlsConfigs,
    unless_told: Speaks,
    http: Arc<dyn Http>,
}

impl Speaks {
    /// Whether a client may come without a certificate, to be judged by what it says. MQTT's own name is
    /// how AWS's SDKs ask for it; where a door is for HTTP, so is anything but the names that stand for
    /// a certificate.
    fn may_lack_certificate(self, hello: &ClientHello<'_>) -> bool {
        let mut protocols = hello.alpn().into_iter().flatten();
        match self {
            Speaks::Mqtt => protocols.any(|protocol| protocol == b"mqtt"),
            Speaks::Http => !protocols.any(|protocol| protocol.starts_with(b"x-amzn-")),
        }
    }

    /// `http/1.1` tells nothing: it is what MQTT in WebSocket asks for, too.
    fn by_alpn(protocol: Option<&[u8]>) -> Option<Speaks> {
        match protocol? {
            b"x-amzn-http-ca" => Some(Speaks::Http),
            b"x-amzn-mqtt-ca" | b"mqtt" => Some(Speaks::Mqtt),
            _ => None,
        }
    }
}

impl Broker {
    /// Serves plain connections until the task is aborted.
    pub fn serve_plain(&self, listener: TcpListener) -> JoinHandle<()> {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(accept(listener, shared, serve_plain_stream))
    }

    /// Serves TLS connections until the task is aborted. `http` serves those that want HTTP.
    pub fn serve_tls(
        &self,
        listener: TcpListener,
        configs: TlsConfigs,
        unless_told: Speaks,
        http: Arc<dyn Http>,
    ) -> JoinHandle<()> {
        let shared = Arc::clone(&self.shared);
        let door = Arc::new(TlsDoor { configs, unless_told, http });
        tokio::spawn(accept(listener, shared, move |counted, stream, address| {
            serve_tls_stream(counted, stream, address, Arc::clone(&door))
        }))
    }

    /// Serves a WebSocket whose request was answered with [`crate::WebSocketAnswer`]. `read` is what
    /// came behind the request.
    pub async fn serve_websocket<S>(&self, stream: S, read: Vec<u8>, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let Some(counted) = self.shared.count_connection() else { return };
        connection::serve_websocket(counted, stream, read, peer).await;
    }

    /// Serves a connection that came some other way.
    pub async fn serve_stream<S>(&self, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let Some(counted) = self.shared.count_connection() else { return };
        connection::serve(counted, stream, peer).await;
    }
}

async fn accept<F, T>(listener: TcpListener, shared: Arc<Shared>, serve: F)
where
    F: Fn(Counted, TcpStream, SocketAddr) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let Some(counted) = shared.count_connection() else {
                    shared.counters.refused_connections.increment();
                    tracing::warn!(%address, "connection refused: as many are open as may be");
                    continue;
                };
                // Without this, an answer waits for the acknowledgement of the one before.
                if stream.set_nodelay(true).is_err() {
                    continue;
                }
                tokio::spawn(serve(counted, stream, address));
            }
            Err(error) => {
                if is_exhausted(&error) {
                    tracing::warn!(%error, "no connection can be accepted now");
                    tokio::time::sleep(EXHAUSTED_WAIT).await;
                }
            }
        }
    }
}

/// Whether the process or the machine is out of descriptors or memory.
fn is_exhausted(error: &io::Error) -> bool {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    const ENOBUFS: i32 = 105;
    const ENOMEM: i32 = 12;
    matches!(error.raw_os_error(), Some(ENFILE | EMFILE | ENOBUFS | ENOMEM))
}

fn serve_plain_stream(
    counted: Counted,
    stream: TcpStream,
    address: SocketAddr,
) -> impl Future<Output = ()> {
    connection::serve(counted, stream, Peer { address, identity: Identity::None })
}

async fn serve_tls_stream(
    counted: Counted,
    stream: TcpStream,
    address: SocketAddr,
    door: Arc<TlsDoor>,
) {
    let shared = counted.shared();
    let timeout = Duration::from_secs(u64::from(shared.settings.limits.connect_timeout_secs));
    let handshake = tokio::time::timeout(timeout, handshake(stream, &door)).await;
    let stream = match handshake {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return shared.refuse_handshake(address, &handshake::reason(&error)),
        Err(_) => return shared.refuse_handshake(address, "the TLS handshake took too long"),
    };
    let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let identity = match certificates.first() {
        Some(certificate) => Identity::Certificate(Bytes::copy_from_slice(certificate)),
        None => {
            let server_name = stream.get_ref().1.server_name().map(str::to_owned);
            Identity::Claims(Arc::new(Claims { server_name, request: None }))
        }
    };
    let peer = Peer { address, identity };
    let told = Speaks::by_alpn(stream.get_ref().1.alpn_protocol());
    match told.unwrap_or(door.unless_told) {
        Speaks::Mqtt => connection::serve(counted, stream, peer).await,
        Speaks::Http => door.http.serve(stream, peer).await,
    }
}

/// Nothing is kept for a peer that has not said anything yet but its socket.
async fn handshake(stream: TcpStream, door: &TlsDoor) -> io::Result<Box<TlsStream<TcpStream>>> {
    stream.readable().await?;
    // Both are boxed: they are large, most of a connection's life is after the handshake, and
    // each hand that a stream passes through would keep room for it.
    let shaken = Box::pin(async {
        let begun = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
        let TlsConfigs { with_certificate, without } = &door.configs;
        let config = match door.unless_told.may_lack_certificate(&begun.client_hello()) {
            true => without,
            false => with_certificate,
        };
        begun.into_stream(Arc::clone(config)).await
    });
    shaken.await.map(Box::new)
}

impl Shared {
    fn refuse_handshake(&self, address: SocketAddr, why: &str) {
        self.counters.refused_connections.increment();
        self.house.refused_handshake(address, why);
    }
}
