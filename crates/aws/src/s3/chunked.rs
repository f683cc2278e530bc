//! `aws-chunked`: a body in chunks with their signatures, and headers behind the last.
//!
//! ```text
//! 10000;chunk-signature=ad80…␍␊ <65536 bytes> ␍␊ … 0;chunk-signature=b6c6…␍␊
//! x-amz-checksum-crc32:AAAAAA==␍␊ x-amz-trailer-signature:d81f…␍␊ ␍␊
//! ```

use bytes::{Bytes, BytesMut};
use sigv4::{ChunkChain, ChunkError, ChunkHeader};

/// The longest line, and all headers behind the last chunk together.
const LINE_BYTES_MAX: usize = 4096;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnfitChunks {
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    #[error("a chunk does not end where it should")]
    Form,
    #[error("the body ends before its last chunk")]
    Incomplete,
}

/// Takes chunks apart as they come.
#[derive(Debug)]
pub(super) struct Chunked {
    /// Nothing for chunks without signatures.
    chain: Option<ChunkChain>,
    has_trailer: bool,
    state: State,
    signature: String,
    line: BytesMut,
    trailers: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Header,
    Data {
        left: usize,
    },
    /// The line break behind the data.
    End,
    Trailer,
    Done,
}

impl Chunked {
    pub(super) fn new(chain: Option<ChunkChain>, has_trailer: bool) -> Chunked {
        let (signature, line) = (String::new(), BytesMut::new());
        Chunked { chain, has_trailer, state: State::Header, signature, line, trailers: Vec::new() }
    }

    /// Takes what came; hands on the data in it.
    pub(super) fn push(
        &mut self,
        mut came: Bytes,
        mut data: impl FnMut(Bytes),
    ) -> Result<(), UnfitChunks> {
        while !came.is_empty() {
            match self.state {
                State::Done => return Err(UnfitChunks::Form),
                State::Data { left } => {
                    let piece = came.split_to(left.min(came.len()));
                    if let Some(chain) = &mut self.chain {
                        chain.update(&piece);
                    }
                    self.state = match left - piece.len() {
                        0 => State::End,
                        left => State::Data { left },
                    };
                    data(piece);
                }
                State::Header | State::End | State::Trailer => {
                    if let Some(line) = self.line(&mut came)? {
                        self.take(&line)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The headers behind the last chunk, when all has come.
    pub(super) fn finish(self) -> Result<Vec<(String, String)>, UnfitChunks> {
        match self.state {
            State::Done => Ok(self.trailers),
            _ => Err(UnfitChunks::Incomplete),
        }
    }

    /// The next line without its break, when it is whole.
    fn line(&mut self, came: &mut Bytes) -> Result<Option<Bytes>, UnfitChunks> {
        let end = came.iter().position(|byte| *byte == b'\n');
        let taken = came.split_to(end.map_or(came.len(), |end| end + 1));
        if self.line.len() + taken.len() > LINE_BYTES_MAX {
            return Err(UnfitChunks::Form);
        }
        self.line.extend_from_slice(&taken);
        if end.is_none() {
            return Ok(None);
        }
        let line = self.line.split().freeze();
        let content = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n"));
        Ok(content.map(|content| line.slice_ref(content)))
    }

    fn take(&mut self, line: &[u8]) -> Result<(), UnfitChunks> {
        match self.state {
            State::End if !line.is_empty() => Err(UnfitChunks::Form),
            State::End => {
                self.state = State::Header;
                self.check_chunk()
            }
            State::Header => self.begin(line),
            _ => self.trailer(line),
        }
    }

    fn begin(&mut self, line: &[u8]) -> Result<(), UnfitChunks> {
        let header = ChunkHeader::parse(line)?;
        self.signature = header.signature.unwrap_or_default().to_owned();
        if header.size > 0 {
            self.state = State::Data { left: header.size };
            return Ok(());
        }
        self.state = State::Trailer;
        self.check_chunk()
    }

    fn check_chunk(&mut self) -> Result<(), UnfitChunks> {
        match &mut self.chain {
            Some(chain) => Ok(chain.end(&self.signature)?),
            None => Ok(()),
        }
    }

    fn trailer(&mut self, line: &[u8]) -> Result<(), UnfitChunks> {
        if line.is_empty() {
            self.state = State::Done;
            return self.check_trailers();
        }
        if !self.has_trailer {
            return Err(UnfitChunks::Form);
        }
        let text = std::str::from_utf8(line).map_err(|_| UnfitChunks::Form)?;
        let (name, value) = text.split_once(':').ok_or(UnfitChunks::Form)?;
        let all: usize = self.trailers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if all > LINE_BYTES_MAX {
            return Err(UnfitChunks::Form);
        }
        self.trailers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        Ok(())
    }

    fn check_trailers(&mut self) -> Result<(), UnfitChunks> {
        let Some(chain) = self.chain.as_mut().filter(|_| self.has_trailer) else { return Ok(()) };
        let signature =
            self.trailers.iter().position(|(name, _)| name == "x-amz-trailer-signature");
        let (_, signature) = self.trailers.remove(signature.ok_or(ChunkError::Signature)?);
        let lines: String =
            self.trailers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        Ok(chain.trailer(lines.as_bytes(), &signature)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Decoded = (Vec<u8>, Vec<(String, String)>);

    fn decode(wire: &[u8], piece: usize) -> Result<Decoded, UnfitChunks> {
        let (mut chunked, mut data) = (Chunked::new(None, true), Vec::new());
        for came in wire.chunks(piece) {
            chunked.push(Bytes::copy_from_slice(came), |part| data.extend(part))?;
        }
        Ok((data, chunked.finish()?))
    }

    #[test]
    fn chunks_are_put_together_however_they_come() {
        let wire = b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
        for piece in 1..wire.len() {
            let (data, trailers) = decode(wire, piece).expect("decoded");
            assert_eq!(data, b"hello world");
            let expected = ("x-amz-checksum-crc32".to_owned(), "DUoRhQ==".to_owned());
            assert_eq!(trailers, [expected]);
        }
        let whole = b"5\r\nhello\r\n0\r\n\r\n";
        assert_eq!(decode(whole, 3), Ok((b"hello".to_vec(), Vec::new())));
        for end in 1..whole.len() {
            assert_eq!(decode(&whole[..end], 100), Err(UnfitChunks::Incomplete), "{end}");
        }
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        for wire in [
            &b"x\r\nhello\r\n0\r\n\r\n"[..],
            b"5\r\nhello!\r\n0\r\n\r\n",
            b"5\r\nhello\r\n0\r\n\r\nmore",
            b"0\r\nno header\r\n\r\n",
            &[b'0'; 5000],
        ] {
            assert!(decode(wire, 7).is_err(), "{wire:?}");
        }
    }
}
