//! Bodies in signed chunks: each signature covers the one before, from the request's own on.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use stdx::hex;

use crate::credential::Scope;
use crate::key::{SigningKey, sha256_hex};
use crate::parsed::Parsed;
use crate::verify::same;

/// The longest first line of a chunk that is read: size, signature and room for extensions.
const HEADER_BYTES_MAX: usize = 256;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    #[error("the first line of a chunk must be SIZE;chunk-signature=SIGNATURE")]
    Header,
    #[error("the signature of a chunk does not match")]
    Signature,
}

/// The first line of a chunk: `10000;chunk-signature=ad80c7…`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkHeader<'a> {
    pub size: usize,
    /// Chunks of an unsigned stream have none.
    pub signature: Option<&'a str>,
}

/// Checks the chunks of one body in order.
#[derive(Clone, Debug)]
pub struct ChunkChain {
    key: SigningKey,
    date: String,
    scope: Scope<'static>,
    previous: String,
    running: Running,
}

/// The hash of a chunk that comes in pieces.
#[derive(Clone)]
struct Running(Box<Context>);

impl Running {
    fn new() -> Running {
        Running(Box::new(Context::new(&SHA256)))
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Running(…)")
    }
}

impl<'a> ChunkHeader<'a> {
    /// Reads the line, without its line break.
    pub fn parse(line: &'a [u8]) -> Result<ChunkHeader<'a>, ChunkError> {
        let short = Some(line).filter(|line| line.len() <= HEADER_BYTES_MAX);
        let text =
            short.and_then(|line| std::str::from_utf8(line).ok()).ok_or(ChunkError::Header)?;
        let (size, extensions) = text.split_once(';').unwrap_or((text, ""));
        let is_hex = size.bytes().all(|byte| byte.is_ascii_hexdigit());
        let size = usize::from_str_radix(size, 16).map_err(|_| ChunkError::Header)?;
        if !is_hex {
            return Err(ChunkError::Header);
        }
        let mut extensions = extensions.split(';');
        let signature = extensions.find_map(|field| field.strip_prefix("chunk-signature="));
        Ok(ChunkHeader { size, signature })
    }
}

impl ChunkChain {
    pub(crate) fn after(parsed: &Parsed<'_>, key: &SigningKey) -> ChunkChain {
        ChunkChain {
            key: key.clone(),
            date: parsed.date.to_string(),
            scope: parsed.credential.scope.to_owned(),
            previous: parsed.signature.to_string(),
            running: Running::new(),
        }
    }

    /// Takes a piece of the next chunk.
    pub fn update(&mut self, data: &[u8]) {
        self.running.0.update(data);
    }

    /// Checks the chunk that the pieces made; the last one is empty.
    pub fn end(&mut self, signature: &str) -> Result<(), ChunkError> {
        let Running(context) = std::mem::replace(&mut self.running, Running::new());
        let hash = hex::encode(context.finish().as_ref());
        self.chunk_of(&hash, signature)
    }

    /// Checks the next chunk; the last one is empty.
    pub fn chunk(&mut self, data: &[u8], signature: &str) -> Result<(), ChunkError> {
        self.chunk_of(&sha256_hex(data), signature)
    }

    fn chunk_of(&mut self, hash: &str, signature: &str) -> Result<(), ChunkError> {
        let hashes = format!("{}\n{hash}", sha256_hex(b""));
        self.link("AWS4-HMAC-SHA256-PAYLOAD", &hashes, signature)
    }

    /// Checks the headers that follow the last chunk, each as `name:value\n`, in order.
    pub fn trailer(&mut self, headers: &[u8], signature: &str) -> Result<(), ChunkError> {
        self.link("AWS4-HMAC-SHA256-TRAILER", &sha256_hex(headers), signature)
    }

    fn link(&mut self, kind: &str, hashes: &str, signature: &str) -> Result<(), ChunkError> {
        let ChunkChain { date, scope, previous, .. } = &*self;
        let text = format!("{kind}\n{date}\n{scope}\n{previous}\n{hashes}");
        let expected = self.key.sign(&text);
        if !same(expected.as_str(), signature) {
            return Err(ChunkError::Signature);
        }
        expected.as_str().clone_into(&mut self.previous);
        Ok(())
    }
}
