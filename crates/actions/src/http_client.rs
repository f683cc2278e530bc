//! Requests that leave the house. Each has a connection of its own: what comes back is looked at and
//! thrown away, and no redirect is followed, so that nothing goes where nobody confirmed.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use stdx::clock::UnixMillis;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::http_url::HttpUrl;

/// AWS gives a request three seconds in all; a connection may take as long here, TLS included.
const CONNECT: Duration = Duration::from_secs(3);
const ANSWER: Duration = Duration::from_secs(10);

/// AWS looks at no more of an answer.
const ANSWER_BYTES_MAX: usize = 16_384;

/// Names the sender, as AWS's rules engine does, to those who look.
const USER_AGENT: &str = "thingstead-rules-engine";

/// A request as it is to go out.
#[derive(Debug)]
pub struct Outgoing<'a> {
    pub url: &'a str,
    pub headers: &'a [(String, String)],
    pub body: Bytes,
    /// Who signs it, if it is to be signed: key, region and service.
    pub signer: Option<(&'a Credentials, &'a str, &'a str)>,
    pub now: UnixMillis,
}

/// Why a request did not get there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    pub what: String,
    /// Whether it may get there if it is sent again.
    pub is_worth_retrying: bool,
}

/// Whether a request got there, to be awaited.
pub type Carried<'a> = Pin<Box<dyn Future<Output = Result<(), Missed>> + Send + 'a>>;

/// Takes requests out of the house.
pub trait Carrier: fmt::Debug + Send + Sync {
    fn post<'a>(&'a self, outgoing: Outgoing<'a>) -> Carried<'a>;
}

/// Carries by HTTP.
#[derive(Clone, Debug)]
pub struct HttpClient {
    tls: TlsConfig,
}

#[derive(Clone)]
struct TlsConfig(Arc<ClientConfig>);

impl fmt::Debug for TlsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsConfig").finish_non_exhaustive()
    }
}

impl HttpClient {
    /// `tls` says whose certificates are trusted.
    pub fn new(tls: ClientConfig) -> HttpClient {
        HttpClient { tls: TlsConfig(Arc::new(tls)) }
    }

    async fn send(&self, outgoing: Outgoing<'_>) -> Result<(), Missed> {
        let url = HttpUrl::parse(outgoing.url).map_err(|error| Missed::ever(error.to_string()))?;
        let request = request(&url, &outgoing)?;
        let address = (url.host().to_owned(), url.port());
        let connecting = timeout(CONNECT, TcpStream::connect(address)).await;
        let stream = connecting.map_err(|_| late("connect", CONNECT))?.map_err(unreached)?;
        if !url.is_secure {
            return answered(stream, request).await;
        }
        let name = ServerName::try_from(url.host().to_owned())
            .map_err(|_| Missed::ever(format!("{} is no name of a server", url.host())))?;
        let connecting = TlsConnector::from(Arc::clone(&self.tls.0)).connect(name, stream);
        let stream = timeout(CONNECT, Box::pin(connecting)).await;
        answered(stream.map_err(|_| late("connect", CONNECT))?.map_err(unreached)?, request).await
    }
}

impl Carrier for HttpClient {
    fn post<'a>(&'a self, outgoing: Outgoing<'a>) -> Carried<'a> {
        Box::pin(self.send(outgoing))
    }
}

impl Missed {
    pub fn ever(what: impl Into<String>) -> Missed {
        Missed { what: what.into(), is_worth_retrying: false }
    }

    pub fn yet(what: impl Into<String>) -> Missed {
        Missed { what: what.into(), is_worth_retrying: true }
    }
}

fn request(url: &HttpUrl, outgoing: &Outgoing<'_>) -> Result<Request<Full<Bytes>>, Missed> {
    let mut headers: Vec<(&str, &str)> = vec![("host", url.authority())];
    let is_given = |name: &str| outgoing.headers.iter().any(|(given, _)| given == name);
    let defaults = [("content-type", "application/json"), ("user-agent", USER_AGENT)];
    headers.extend(defaults.into_iter().filter(|(name, _)| !is_given(name)));
    headers.extend(outgoing.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let signature = outgoing.signer.map(|(key, region, service)| {
        let (path, query) = url.path().split_once('?').unwrap_or((url.path(), ""));
        let parts = RequestParts { method: "POST", path, query, headers: &headers };
        let target = Target { region, service, style: PathStyle::Normalized };
        sign(&parts, key, target, outgoing.now, &sha256_hex(&outgoing.body))
    });
    let mut request = Request::new(Full::new(outgoing.body.clone()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = url.path().parse().map_err(|_| Missed::ever("the URL has no path"))?;
    let signed = signature.iter().flatten().map(|(name, value)| (*name, value.as_str()));
    for (name, value) in headers.iter().copied().chain(signed) {
        let unfit = || Missed::ever(format!("the header {name} cannot be sent"));
        let value = HeaderValue::from_str(value).map_err(|_| unfit())?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit())?;
        request.headers_mut().append(name, value);
    }
    Ok(request)
}

async fn answered<S>(stream: S, request: Request<Full<Bytes>>) -> Result<(), Missed>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    match timeout(ANSWER, Box::pin(exchange(stream, request))).await {
        Ok(outcome) => outcome,
        Err(_) => Err(late("answer", ANSWER)),
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<(), Missed>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(unreached)?;
    let mut connection = std::pin::pin!(connection);
    let asking = async move { judge(sender.send_request(request).await.map_err(unreached)?).await };
    let mut asking = std::pin::pin!(asking);
    // The connection moves the bytes; when it ends first, the answer is what it brought.
    tokio::select! {
        outcome = &mut asking => outcome,
        _ = &mut connection => asking.await,
    }
}

/// What an answer says. Only what is asked for again by AWS is worth another try.
async fn judge(answer: Response<Incoming>) -> Result<(), Missed> {
    let status = answer.status();
    let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
    if status.is_success() {
        return Ok(());
    }
    let is_whole = body.is_ok();
    let shown = body.map(|body| shown(&body.to_bytes())).unwrap_or_default();
    let may_change = status.is_server_error() || status.as_u16() == 429;
    let what = format!("the server answered {}{shown}", status.as_u16());
    Err(Missed { what, is_worth_retrying: may_change && is_whole })
}

/// The beginning of an answer, to be read by whoever looks for the fault.
fn shown(body: &[u8]) -> String {
    const SHOWN_CHARS: usize = 200;
    match String::from_utf8_lossy(body).trim() {
        "" => String::new(),
        text => format!(": {}", text.chars().take(SHOWN_CHARS).collect::<String>()),
    }
}

fn late(what: &str, limit: Duration) -> Missed {
    Missed::yet(format!("the server did not {what} within {} seconds", limit.as_secs()))
}

/// With all that stands behind the error, as the last is what helps.
#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreached(error: impl Error) -> Missed {
    let mut what = format!("the server could not be reached: {error}");
    let mut behind = error.source();
    while let Some(error) = behind {
        what.push_str(&format!(": {error}"));
        behind = error.source();
    }
    Missed::yet(what)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    fn client() -> HttpClient {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().expect("versions");
        let roots = rustls::RootCertStore::empty();
        HttpClient::new(builder.with_root_certificates(roots).with_no_client_auth())
    }

    /// Posts to a server that says this and nothing more; answers also what it was sent.
    async fn post(answer: &'static str) -> (Result<(), Missed>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let url = format!("http://{}/a?b=c", listener.local_addr().expect("an address"));
        let served = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("accepted");
            let mut asked = Vec::new();
            while !asked.ends_with(b"{\"t\":1}") {
                stream.read_buf(&mut asked).await.expect("read");
            }
            stream.write_all(answer.as_bytes()).await.expect("written");
            String::from_utf8(asked).expect("text")
        });
        let key = Credentials {
            access_key: "AKIA".to_owned(),
            secret: "secret".to_owned(),
            session_token: None,
        };
        let outgoing = Outgoing {
            url: &url,
            headers: &[("x-room".to_owned(), "hall".to_owned())],
            body: Bytes::from_static(b"{\"t\":1}"),
            signer: Some((&key, "eu-west-1", "execute-api")),
            now: 1_790_000_000_000,
        };
        let outcome = client().post(outgoing).await;
        (outcome, served.await.expect("served"))
    }

    #[tokio::test]
    async fn a_request_says_what_it_is_and_who_signed_it() {
        let (outcome, asked) = post("HTTP/1.1 204 No Content\r\n\r\n").await;
        assert_eq!(outcome, Ok(()));
        for line in [
            "POST /a?b=c HTTP/1.1\r\n",
            "content-type: application/json\r\n",
            "x-room: hall\r\n",
            "content-length: 7\r\n",
            "/eu-west-1/execute-api/aws4_request, SignedHeaders=",
        ] {
            assert!(asked.contains(line), "{line} in {asked}");
        }
    }

    #[tokio::test]
    async fn only_what_may_change_is_worth_another_try() {
        for (answer, what, is_worth_retrying) in [
            ("HTTP/1.1 500 No\r\ncontent-length: 4\r\n\r\nbusy", "500: busy", true),
            ("HTTP/1.1 429 No\r\ncontent-length: 0\r\n\r\n", "429", true),
            ("HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n", "404", false),
            ("HTTP/1.1 302 No\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n", "302", false),
            ("", "could not be reached", true),
        ] {
            let (outcome, _) = post(answer).await;
            let missed = outcome.expect_err("no success");
            assert!(missed.what.contains(what), "{missed:?}");
            assert_eq!(missed.is_worth_retrying, is_worth_retrying, "{answer}");
        }
    }
}
