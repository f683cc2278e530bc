//! MQTT in WebSocket (MQTT 5.0 §6, RFC 6455): a stream of bytes made of binary frames.
//!
//! A door takes both: a connection that begins with `GET` is a WebSocket, any other is MQTT.

mod frame;
mod handshake;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::frame::{Decoder, Part};
pub use self::handshake::WebSocketAnswer;
pub(crate) use self::handshake::{FIRST_BYTE, accept};

/// What is read from the connection at once.
const READ_MAX: usize = 16 * 1_024;

/// Bytes that may wait to be written before more are taken.
const WRITE_MAX: usize = 64 * 1_024;

/// The payloads of a WebSocket's binary frames as one stream.
#[derive(Debug)]
pub(crate) struct WebSocket<S> {
    stream: S,
    decoder: Decoder,
    /// Bytes that were read behind the handshake or behind what the reader had room for.
    raw: Vec<u8>,
    /// Frames that wait to be written.
    out: Vec<u8>,
    is_closing: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    pub(crate) fn new(stream: S, raw: Vec<u8>) -> WebSocket<S> {
        let decoder = Decoder::default();
        WebSocket { stream, decoder, raw, out: Vec::new(), is_closing: false }
    }

    /// Moves payload bytes from `raw` to `into`; answers pings and closes on the way.
    fn decode(&mut self, into: &mut ReadBuf<'_>) -> io::Result<()> {
        let mut taken = 0;
        while into.remaining() > 0 && !self.is_closing {
            let Some((count, part)) =
                self.decoder.next(&mut self.raw[taken..], into.remaining())?
            else {
                break;
            };
            match part {
                Part::Payload(bytes) => into.put_slice(bytes),
                Part::Ping(bytes) => frame::encode(frame::PONG, bytes, &mut self.out),
                Part::Close => {
                    frame::encode(frame::CLOSE, &[], &mut self.out);
                    self.is_closing = true;
                }
                Part::Nothing => {}
            }
            taken += count;
        }
        self.raw.drain(..taken);
        if self.raw.is_empty() {
            self.raw = Vec::new();
        }
        Ok(())
    }

    fn poll_write_out(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.out.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.out))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.out.drain(..written);
        }
        self.out = Vec::new();
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for WebSocket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            let before = into.filled().len();
            this.decode(into)?;
            // A pong goes out when it can; the reader does not wait for it.
            if let Poll::Ready(written) = this.poll_write_out(cx) {
                written?;
            }
            if into.filled().len() > before || this.is_closing {
                return Poll::Ready(Ok(()));
            }
            let mut chunk = [0; READ_MAX];
            let mut buffer = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.raw.extend_from_slice(buffer.filled());
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WebSocket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.out.len() >= WRITE_MAX {
            ready!(this.poll_write_out(cx))?;
        }
        frame::encode(frame::BINARY, bytes, &mut this.out);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_out(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_closing {
            self.is_closing = true;
            frame::encode(frame::CLOSE, &[], &mut self.out);
        }
        ready!(self.poll_write_out(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
