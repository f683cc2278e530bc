//! What the door is to, and who serves those that come by it.

use std::convert::Infallible;
use std::sync::Arc;

use aws::{Arrival, Host, State, speak_http};
use hyper::service::service_fn;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::guard::Names;
use crate::split::answer;

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

/// Serves the console until the future is dropped, with TLS or without it, as the caller begins.
pub async fn serve(listener: TcpListener, tls: TlsAcceptor, console: Console) {
    aws::listen(listener, tls, Visitors(Arc::new(console))).await;
}

#[derive(Clone)]
struct Visitors(Arc<Console>);

impl Host for Visitors {
    const DOOR: &'static str = "console";

    async fn serve<S>(self, stream: S, arrival: Arrival)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(move |request| {
            let console = Arc::clone(&self.0);
            async move { Ok::<_, Infallible>(answer(console, arrival, request).await) }
        });
        speak_http(stream, service).await;
    }
}
