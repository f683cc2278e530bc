//! A stream with bytes in front that were read from it already.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

#[derive(Debug)]
pub(crate) struct Rewind<S> {
    /// What is to be read before the stream itself.
    front: Vec<u8>,
    /// How much of it was read.
    read: usize,
    stream: S,
}

impl<S> Rewind<S> {
    pub(crate) fn new(front: Vec<u8>, stream: S) -> Rewind<S> {
        Rewind { front, read: 0, stream }
    }

    /// The stream, and what is to be read before it by who has read `so_far` and not used it.
    pub(crate) fn after(self, so_far: &[u8]) -> (S, Vec<u8>) {
        (self.stream, [so_far, &self.front[self.read..]].concat())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Rewind<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Rewind { front, read, stream } = &mut *self;
        if front.is_empty() {
            return Pin::new(stream).poll_read(context, into);
        }
        let count = into.remaining().min(front.len() - *read);
        into.put_slice(&front[*read..*read + count]);
        *read += count;
        if *read == front.len() {
            (*front, *read) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Rewind<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn what_is_in_front_is_read_first() {
        let (mut there, here) = duplex(64);
        there.write_all(b"def").await.expect("written");
        let mut stream = Rewind::new(b"abc".to_vec(), here);
        let mut read = [0; 2];
        stream.read_exact(&mut read).await.expect("read");
        assert_eq!(&read, b"ab");
        let mut read = [0; 2];
        stream.read_exact(&mut read).await.expect("read");
        assert_eq!(&read, b"cd");
        let (mut stream, front) = stream.after(b"read");
        assert_eq!(front, b"read");
        stream.read_exact(&mut read).await.expect("read");
        assert_eq!(&read, b"ef");
    }

    #[test]
    fn what_is_left_in_front_comes_behind_what_was_read() {
        let (_, front) = Rewind::new(b"abc".to_vec(), ()).after(b"read");
        assert_eq!(front, b"readabc");
    }
}
