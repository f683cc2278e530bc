//! Checksums that clients send and ask for, beside the MD5 of the ETag.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

/// Of what the checksum of a multipart object is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChecksumType {
    /// Of its bytes, as if it had been sent whole.
    #[default]
    FullObject,
    /// Of the checksums of its parts.
    Composite,
}

/// A checksum as clients write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    pub algorithm: Algorithm,
    /// In base64; of a composite one with the number of its parts: `AAAAAA==-3`
    pub value: String,
}

impl Algorithm {
    pub const ALL: [Algorithm; 5] = [
        Algorithm::Crc32,
        Algorithm::Crc32c,
        Algorithm::Crc64Nvme,
        Algorithm::Sha1,
        Algorithm::Sha256,
    ];

    /// AWS's name: `CRC64NVME`
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32c => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
        }
    }

    pub fn named(name: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn bytes(self) -> usize {
        match self {
            Algorithm::Crc32 | Algorithm::Crc32c => 4,
            Algorithm::Crc64Nvme => 8,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 => 32,
        }
    }

    /// Whether the checksum of a whole follows from those of its parts.
    pub fn is_linear(self) -> bool {
        matches!(self, Algorithm::Crc32 | Algorithm::Crc32c | Algorithm::Crc64Nvme)
    }

    /// What a multipart upload has where its client does not say.
    pub fn usual_type(self) -> ChecksumType {
        match self {
            Algorithm::Crc64Nvme => ChecksumType::FullObject,
            _ => ChecksumType::Composite,
        }
    }
}

impl ChecksumType {
    pub fn name(self) -> &'static str {
        match self {
            ChecksumType::FullObject => "FULL_OBJECT",
            ChecksumType::Composite => "COMPOSITE",
        }
    }
}

impl Checksum {
    pub(crate) fn of(algorithm: Algorithm, bytes: &[u8]) -> Checksum {
        Checksum { algorithm, value: BASE64_STANDARD.encode(bytes) }
    }

    /// One that a client sent; nothing if it is none of this algorithm's.
    pub fn read(algorithm: Algorithm, value: &str) -> Option<Checksum> {
        let bytes = BASE64_STANDARD.decode(value).ok()?;
        (bytes.len() == algorithm.bytes()).then(|| Checksum::of(algorithm, &bytes))
    }

    pub(crate) fn raw(&self) -> Option<Vec<u8>> {
        BASE64_STANDARD.decode(&self.value).ok()
    }
}
