//! What a request says of its body: `x-amz-content-sha256`.

use crate::key::Hex;

/// How the body is bound to the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Nothing is said: the hash of the body counts.
    Unstated,
    /// The body has this SHA-256, in lower-case hexadecimal digits.
    Hashed(Hex),
    /// `UNSIGNED-PAYLOAD`: the body is not signed.
    Unsigned,
    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`: the body comes in chunks, each signed; with
    /// `-TRAILER`, trailing headers follow them, signed too.
    SignedChunks { trailer: bool },
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`: chunks and trailing headers without signatures.
    UnsignedChunks,
}

const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const CHUNKS: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const CHUNKS_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
const UNSIGNED_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

impl Payload {
    pub(crate) fn parse(text: &str) -> Option<Payload> {
        match text {
            UNSIGNED => Some(Payload::Unsigned),
            CHUNKS => Some(Payload::SignedChunks { trailer: false }),
            CHUNKS_TRAILER => Some(Payload::SignedChunks { trailer: true }),
            UNSIGNED_TRAILER => Some(Payload::UnsignedChunks),
            hash => Hex::parse(hash).map(Payload::Hashed),
        }
    }

    /// The last line of the canonical request; nothing where the body has to say.
    pub(crate) fn canonical(&self) -> Option<&str> {
        match self {
            Payload::Unstated => None,
            Payload::Hashed(hash) => Some(hash.as_str()),
            Payload::Unsigned => Some(UNSIGNED),
            Payload::SignedChunks { trailer: false } => Some(CHUNKS),
            Payload::SignedChunks { trailer: true } => Some(CHUNKS_TRAILER),
            Payload::UnsignedChunks => Some(UNSIGNED_TRAILER),
        }
    }
}
