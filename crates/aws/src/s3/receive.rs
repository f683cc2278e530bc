//! The body of a request, as it comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming};
use objects::{Algorithm, OBJECT_BYTES_MAX, Objects, Written};
use sigv4::{BodyCheck, Payload};

use crate::error::AwsError;
use crate::s3::ask::header;
use crate::s3::chunked::{Chunked, UnfitChunks};
use crate::s3::integrity::Integrity;
use crate::s3::words::{invalid_request, worded};

/// The largest document: 1,000 keys to delete, or 10,000 parts with their checksums.
const DOCUMENT_BYTES_MAX: usize = 4 * 1_048_576;

/// The longest that a client may send nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// Gives a body, and checks it.
pub(super) struct Receiver {
    body: Source,
    check: BodyCheck,
    payload: Payload,
}

/// Where the body comes from.
pub(super) enum Source {
    Wire(Wire),
    Taken,
    /// It is at hand.
    Whole(Bytes),
}

/// A body on its way.
pub(super) struct Wire {
    body: Incoming,
    /// Whether all of it was read.
    is_whole: Arc<AtomicBool>,
}

/// A body that comes in pieces.
struct Pieces {
    body: Source,
    chunked: Option<Chunked>,
    /// How much there is to be, as the client says.
    expected: Option<u64>,
    came: u64,
}

fn incomplete() -> AwsError {
    let message = "You did not provide the number of bytes specified by the Content-Length HTTP \
                   header";
    AwsError::new(400, "IncompleteBody", message)
}

impl Receiver {
    pub(super) fn new(body: Source, check: BodyCheck, payload: Payload) -> Receiver {
        Receiver { body, check, payload }
    }

    /// Takes the body as that of an object; `more` is computed if the client names no checksum.
    pub(super) async fn object(
        &mut self,
        objects: &Objects,
        headers: &HeaderMap,
        more: Option<Algorithm>,
    ) -> Result<Written, AwsError> {
        let integrity = Integrity::read(headers, &self.check, &self.payload)?;
        let mut pieces = self.pieces(headers)?;
        if pieces.expected.is_none() {
            let message = "You must provide the Content-Length HTTP header.";
            return Err(AwsError::new(411, "MissingContentLength", message));
        }
        let failed = |error| worded(error, None, None);
        if pieces.expected > Some(OBJECT_BYTES_MAX) {
            return Err(failed(objects::ObjectsError::TooLarge { most: OBJECT_BYTES_MAX }));
        }
        let mut writer = objects.writer(integrity.wanted(more));
        while let Some(data) = pieces.next().await? {
            for piece in data {
                writer.write(piece).await.map_err(failed)?;
            }
        }
        let trailers = pieces.finish()?;
        let written = writer.finish().await.map_err(failed)?;
        integrity.check(&written.digests, &trailers)?;
        Ok(written)
    }

    /// Takes the whole body as a document.
    pub(super) async fn whole(&mut self, headers: &HeaderMap) -> Result<Bytes, AwsError> {
        let integrity = Integrity::read(headers, &self.check, &self.payload)?;
        let mut pieces = self.pieces(headers)?;
        let mut whole = Vec::new();
        while let Some(data) = pieces.next().await? {
            for piece in data {
                if whole.len() + piece.len() > DOCUMENT_BYTES_MAX {
                    let message = "Your request was too big.";
                    return Err(AwsError::new(400, "MaxMessageLengthExceeded", message));
                }
                whole.extend_from_slice(&piece);
            }
        }
        let trailers = pieces.finish()?;
        let written = Written::of(Bytes::from(whole.clone()), &integrity.wanted(None));
        integrity.check(&written.digests, &trailers)?;
        Ok(whole.into())
    }

    fn pieces(&mut self, headers: &HeaderMap) -> Result<Pieces, AwsError> {
        let check = std::mem::replace(&mut self.check, BodyCheck::Done);
        let chunked = match (check, &self.payload) {
            (BodyCheck::Chunks { chain, trailer }, _) => Some(Chunked::new(Some(chain), trailer)),
            (_, Payload::UnsignedChunks) => Some(Chunked::new(None, true)),
            _ => None,
        };
        let length = match chunked {
            Some(_) => "x-amz-decoded-content-length",
            None => "content-length",
        };
        let expected = header(headers, length).map(|text| {
            text.parse().map_err(|_| invalid_request(&format!("{length} must be a number")))
        });
        let body = std::mem::replace(&mut self.body, Source::Taken);
        Ok(Pieces { body, chunked, expected: expected.transpose()?, came: 0 })
    }
}

impl Wire {
    /// Tells of itself whether all of it was read, also when it is gone.
    pub(super) fn new(body: Incoming) -> (Wire, Arc<AtomicBool>) {
        let is_whole = Arc::new(AtomicBool::new(body.is_end_stream()));
        (Wire { body, is_whole: Arc::clone(&is_whole) }, is_whole)
    }

    async fn frame(&mut self) -> Option<Result<Frame<Bytes>, hyper::Error>> {
        let frame = self.body.frame().await;
        let is_whole = frame.is_none() || self.body.is_end_stream();
        self.is_whole.store(is_whole, Ordering::Relaxed);
        frame
    }
}

impl Source {
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, AwsError> {
        match self {
            Source::Wire(body) => loop {
                let Ok(frame) = tokio::time::timeout(PATIENCE, body.frame()).await else {
                    let message = "Your socket connection to the server was not read from or \
                                   written to within the timeout period.";
                    return Err(AwsError::new(400, "RequestTimeout", message));
                };
                match frame {
                    None => return Ok(None),
                    Some(Err(_)) => return Err(incomplete()),
                    // Trailers of HTTP itself mean nothing here.
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            return Ok(Some(data));
                        }
                    }
                }
            },
            Source::Taken => Ok(None),
            Source::Whole(data) => {
                let data = std::mem::take(data);
                Ok(Some(data).filter(|data| !data.is_empty()))
            }
        }
    }
}

impl Pieces {
    /// What came next.
    async fn next(&mut self) -> Result<Option<Vec<Bytes>>, AwsError> {
        let Some(came) = self.body.next().await? else { return Ok(None) };
        let mut data = Vec::new();
        match &mut self.chunked {
            Some(chunked) => chunked.push(came, |piece| data.push(piece)).map_err(unfit)?,
            None => data.push(came),
        }
        self.came += data.iter().map(|piece| piece.len() as u64).sum::<u64>();
        match self.expected {
            Some(expected) if self.came > expected => Err(incomplete()),
            _ => Ok(Some(data)),
        }
    }

    /// The headers behind the body.
    fn finish(self) -> Result<Vec<(String, String)>, AwsError> {
        let trailers = self.chunked.map_or(Ok(Vec::new()), Chunked::finish).map_err(unfit)?;
        match self.expected {
            Some(expected) if self.came != expected => Err(incomplete()),
            _ => Ok(trailers),
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn unfit(error: UnfitChunks) -> AwsError {
    match error {
        UnfitChunks::Chunk(sigv4::ChunkError::Signature) => AwsError::new(
            403,
            "SignatureDoesNotMatch",
            "The chunk signature we calculated does not match the one you provided.",
        ),
        UnfitChunks::Incomplete => incomplete(),
        other => invalid_request(&other.to_string()),
    }
}
