//! One connection's bytes: read into a buffer that all connections of a thread share, written as
//! few times as possible. An idle connection holds no buffer at all.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::outbound::{Outbound, SLICES_MAX};

/// What one read may bring. Also what one turn of a busy connection is, so that others get theirs.
const READ_MAX: usize = 64 * 1_024;

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_MAX].into_boxed_slice());
}

#[derive(Debug)]
pub(crate) struct Wire<S> {
    stream: S,
    /// The bytes that were read and not taken: the beginning of a packet, or packets behind one
    /// that is being worked on.
    rest: Vec<u8>,
    /// Whether `rest` has not been offered since it was put there.
    fresh: bool,
    writing: Outbound,
}

/// What a look at the bytes comes to.
#[derive(Debug)]
pub(crate) enum Read<T> {
    /// Bytes were read and taken as far as they were whole packets.
    Taken,
    /// The taker stopped here.
    Stopped(T),
    /// The peer has closed its side.
    End,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// A stream of which `read` came already.
    pub(crate) fn new(stream: S, read: Vec<u8>) -> Wire<S> {
        Wire { stream, fresh: !read.is_empty(), rest: read, writing: Outbound::default() }
    }

    /// Gives `take` what was read and not taken, then reads once. `take` returns how many bytes it
    /// took, and a value if it wants to stop there.
    pub(crate) fn poll_read<T>(
        &mut self,
        cx: &mut Context<'_>,
        take: &mut impl FnMut(&[u8]) -> (usize, Option<T>),
    ) -> Poll<io::Result<Read<T>>> {
        if std::mem::take(&mut self.fresh) {
            let rest = std::mem::take(&mut self.rest);
            // Even if all of it was taken: there may be answers to write before more is awaited.
            let stopped = self.offer(&rest, take);
            return Poll::Ready(Ok(stopped.map_or(Read::Taken, Read::Stopped)));
        }
        if self.rest.len() >= READ_MAX / 2 {
            return self.poll_read_large(cx, take);
        }
        SCRATCH.with_borrow_mut(|scratch| {
            let kept = self.rest.len();
            let mut buffer = ReadBuf::new(&mut scratch[kept..]);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
            let count = buffer.filled().len();
            if count == 0 {
                return Poll::Ready(Ok(Read::End));
            }
            scratch[..kept].copy_from_slice(&self.rest);
            let stopped = self.offer(&scratch[..kept + count], take);
            Poll::Ready(Ok(stopped.map_or(Read::Taken, Read::Stopped)))
        })
    }

    /// Reads more of a packet that does not fit into the shared buffer.
    fn poll_read_large<T>(
        &mut self,
        cx: &mut Context<'_>,
        take: &mut impl FnMut(&[u8]) -> (usize, Option<T>),
    ) -> Poll<io::Result<Read<T>>> {
        let count = SCRATCH.with_borrow_mut(|scratch| {
            let mut buffer = ReadBuf::new(scratch);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
            self.rest.extend_from_slice(buffer.filled());
            Poll::Ready(io::Result::Ok(buffer.filled().len()))
        });
        if ready!(count)? == 0 {
            return Poll::Ready(Ok(Read::End));
        }
        let bytes = std::mem::take(&mut self.rest);
        let stopped = self.offer(&bytes, take);
        Poll::Ready(Ok(stopped.map_or(Read::Taken, Read::Stopped)))
    }

    /// Offers bytes and keeps those that were not taken.
    fn offer<T>(
        &mut self,
        bytes: &[u8],
        take: &mut impl FnMut(&[u8]) -> (usize, Option<T>),
    ) -> Option<T> {
        let (taken, stop) = take(bytes);
        self.rest = bytes[taken..].to_vec();
        self.fresh = stop.is_some() && !self.rest.is_empty();
        stop
    }

    /// What waits to be written.
    pub(crate) fn writing(&mut self) -> &mut Outbound {
        &mut self.writing
    }

    /// Whether everything is written.
    pub(crate) fn is_flushed(&self) -> bool {
        self.writing.is_empty()
    }

    /// Writes what waits.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.writing.is_empty() {
            let mut slices = [io::IoSlice::new(&[]); SLICES_MAX];
            let count = self.writing.slices(&mut slices);
            let stream = Pin::new(&mut self.stream);
            let written = ready!(stream.poll_write_vectored(cx, &slices[..count]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.writing.advance(written);
        }
        // TLS and WebSocket streams hold bytes of their own.
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
