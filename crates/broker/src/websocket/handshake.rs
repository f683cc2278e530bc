//! From an HTTP request to a WebSocket (RFC 6455 §4).

use std::io;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::websocket::WebSocket;

/// The first byte of `GET`; a CONNECT begins with 0x10.
pub(crate) const FIRST_BYTE: u8 = b'G';

/// The most that a request may take before it ends.
const REQUEST_MAX: usize = 8 * 1_024;

const KEY_SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Reads the request, of which `read` came already, and answers it.
pub(crate) async fn accept<S>(mut stream: S, mut read: Vec<u8>) -> io::Result<WebSocket<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let end = loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if read.len() >= REQUEST_MAX {
            return refuse(stream, "431 Request Header Fields Too Large").await;
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let rest = read.split_off(end + 4);
    let Some(answer) = std::str::from_utf8(&read).ok().and_then(answer) else {
        return refuse(stream, "400 Bad Request").await;
    };
    stream.write_all(answer.as_bytes()).await?;
    stream.flush().await?;
    Ok(WebSocket::new(stream, rest))
}

async fn refuse<S: AsyncWrite + Unpin, T>(mut stream: S, status: &str) -> io::Result<T> {
    let body = "This door speaks MQTT, plain or in WebSocket with the subprotocol mqtt.\n";
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    Err(io::Error::new(io::ErrorKind::InvalidData, "not a WebSocket request"))
}

/// The answer to a request for a WebSocket that speaks MQTT; `None` if it is none.
fn answer(request: &str) -> Option<String> {
    let mut lines = request.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, _path, version) = (words.next()?, words.next()?, words.next()?);
    if method != "GET" || version != "HTTP/1.1" {
        return None;
    }
    let headers: Vec<(&str, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    let WebSocketAnswer { accept, protocol } = WebSocketAnswer::to(&headers)?;
    Some(format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
    ))
}

/// What turns an HTTP connection into a WebSocket that speaks MQTT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSocketAnswer {
    /// `Sec-WebSocket-Accept`
    pub accept: String,
    /// `Sec-WebSocket-Protocol`
    pub protocol: &'static str,
}

impl WebSocketAnswer {
    /// The answer to a GET with these headers; `None` if they ask for something else.
    pub fn to(headers: &[(&str, &str)]) -> Option<WebSocketAnswer> {
        let is_listed = |name: &str, wanted: &str| {
            headers
                .iter()
                .filter(|(header, _)| header.eq_ignore_ascii_case(name))
                .flat_map(|(_, value)| value.split(','))
                .any(|word| word.trim().eq_ignore_ascii_case(wanted))
        };
        let is_websocket = is_listed("upgrade", "websocket")
            && is_listed("connection", "upgrade")
            && is_listed("sec-websocket-version", "13");
        // [MQTT-6.0.0-3]; the older name is what 3.1 clients ask for.
        let protocol =
            ["mqtt", "mqttv3.1"].into_iter().find(|name| is_listed("sec-websocket-protocol", name));
        let is_key = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case("sec-websocket-key");
        let key = headers.iter().find(is_key)?.1;
        let protocol = protocol.filter(|_| is_websocket)?;
        Some(WebSocketAnswer { accept: accept_of(key), protocol })
    }
}

fn accept_of(key: &str) -> String {
    let text = format!("{key}{KEY_SUFFIX}");
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    STANDARD.encode(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(protocol: &str) -> String {
        format!(
            "GET /mqtt HTTP/1.1\r\nHost: here\r\nUpgrade: WebSocket\r\n\
             Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"
        )
    }

    #[test]
    fn answers_the_key_of_the_specification() {
        let answer = answer(&request("chat, mqtt")).expect("accepted");
        assert!(answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
        assert!(answer.contains("Sec-WebSocket-Protocol: mqtt\r\n"));
    }

    #[test]
    fn another_protocol_or_a_plain_request_is_refused() {
        assert_eq!(answer(&request("chat")), None);
        assert_eq!(answer("GET / HTTP/1.1\r\nHost: here\r\n\r\n"), None);
        assert_eq!(answer(&request("mqtt").replace("GET", "POST")), None);
    }
}
