//! The doors: sockets that accept connections, with and without TLS, and WebSocket on both.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::broker::{Broker, Shared};
use crate::connection;
use crate::port::{Identity, Peer};

/// How long to wait when no descriptor is left for another connection.
const EXHAUSTED_WAIT: Duration = Duration::from_millis(50);

impl Broker {
    /// Serves plain connections until the task is aborted.
    pub fn serve_plain(&self, listener: TcpListener) -> JoinHandle<()> {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(accept(listener, shared, |shared, stream, address| async move {
            connection::serve(shared, stream, Peer { address, identity: Identity::None }).await;
        }))
    }

    /// Serves TLS connections until the task is aborted.
    pub fn serve_tls(&self, listener: TcpListener, config: Arc<ServerConfig>) -> JoinHandle<()> {
        let shared = Arc::clone(&self.shared);
        let acceptor = TlsAcceptor::from(config);
        tokio::spawn(accept(listener, shared, move |shared, stream, address| {
            serve_tls_stream(shared, stream, address, acceptor.clone())
        }))
    }

    /// Serves a connection that came some other way.
    pub async fn serve_stream<S>(&self, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let Some(_counted) = self.shared.count_connection() else { return };
        connection::serve(Arc::clone(&self.shared), stream, peer).await;
    }
}

async fn accept<F, T>(listener: TcpListener, shared: Arc<Shared>, serve: F)
where
    F: Fn(Arc<Shared>, TcpStream, SocketAddr) -> T + Send + 'static,
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
                let served = serve(Arc::clone(&shared), stream, address);
                tokio::spawn(async move {
                    served.await;
                    drop(counted);
                });
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

async fn serve_tls_stream(
    shared: Arc<Shared>,
    stream: TcpStream,
    address: SocketAddr,
    acceptor: TlsAcceptor,
) {
    let timeout = Duration::from_secs(u64::from(shared.settings.limits.connect_timeout_secs));
    let handshake = tokio::time::timeout(timeout, handshake(stream, &acceptor)).await;
    let stream = match handshake {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return shared.refuse_handshake(address, &error.to_string()),
        Err(_) => return shared.refuse_handshake(address, "the TLS handshake took too long"),
    };
    let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
    let identity = match certificates.first() {
        Some(certificate) => Identity::Certificate(Bytes::copy_from_slice(certificate)),
        None => Identity::None,
    };
    connection::serve(shared, stream, Peer { address, identity }).await;
}

/// Nothing is kept for a peer that has not said anything yet but its socket.
async fn handshake(stream: TcpStream, acceptor: &TlsAcceptor) -> io::Result<TlsStream<TcpStream>> {
    stream.readable().await?;
    // Boxed: it is large, and most of a connection's life is after it.
    Box::pin(acceptor.accept(stream)).await
}

impl Shared {
    fn refuse_handshake(&self, address: SocketAddr, why: &str) {
        self.counters.refused_connections.increment();
        self.house.refused_handshake(address, why);
    }
}
