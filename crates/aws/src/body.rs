//! The body of an answer: at hand, or read while it is sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Frame, SizeHint};
use objects::{BodyReader, ObjectsError};

/// What is sent.
pub(crate) enum Body {
    Whole(Option<Bytes>),
    Full(Full<Bytes>),
    Read(Box<Reading>),
}

/// A body that is read block by block.
pub(crate) struct Reading {
    next: Next,
    left: u64,
}

type Next = Pin<Box<dyn Future<Output = (BodyReader, Result<Option<Bytes>, ObjectsError>)> + Send>>;

impl Body {
    pub(crate) fn empty() -> Body {
        Body::Whole(None)
    }

    /// What another service answers.
    pub(crate) fn whole(full: Full<Bytes>) -> Body {
        Body::Full(full)
    }

    /// So many bytes, which the reader gives.
    pub(crate) fn read(reader: BodyReader, bytes: u64) -> Body {
        match reader.at_hand() {
            Some(data) => Body::from(data),
            None => Body::Read(Box::new(Reading { next: next(reader), left: bytes })),
        }
    }
}

fn next(mut reader: BodyReader) -> Next {
    Box::pin(async move {
        let block = reader.next().await;
        (reader, block)
    })
}

impl From<Bytes> for Body {
    fn from(data: Bytes) -> Body {
        Body::Whole(Some(data).filter(|data| !data.is_empty()))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Body::Whole(data) => Poll::Ready(data.take().map(|data| Ok(Frame::data(data)))),
            Body::Full(full) => Pin::new(full)
                .poll_frame(context)
                .map(|frame| frame.map(|frame| frame.map_err(|never| match never {}))),
            Body::Read(reading) => reading.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Body::Whole(data) => data.is_none(),
            Body::Full(full) => full.is_end_stream(),
            Body::Read(reading) => reading.left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Body::Whole(data) => {
                SizeHint::with_exact(data.as_ref().map_or(0, |data| data.len() as u64))
            }
            Body::Full(full) => full.size_hint(),
            Body::Read(reading) => SizeHint::with_exact(reading.left),
        }
    }
}

impl Reading {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let (reader, block) = ready!(self.next.as_mut().poll(context));
        self.next = next(reader);
        Poll::Ready(Some(match block {
            Ok(Some(block)) => {
                self.left = self.left.saturating_sub(block.len() as u64);
                Ok(Frame::data(block))
            }
            // The connection ends, so nobody takes a part for the whole.
            Ok(None) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a body is not sent");
                Err(io::Error::other(error))
            }
        }))
    }
}
