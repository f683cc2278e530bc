//! Everything that is computed over a body while it comes.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use stdx::hex;

use crate::checksum::{Algorithm, Checksum};
use crate::crc64;
use crate::md5::Md5;

/// What is to be computed beside the MD5, which each body has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub checksums: Vec<Algorithm>,
    /// The SHA-256 that the request's signature may cover.
    pub sha256: bool,
}

/// What was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    pub md5: [u8; 16],
    pub checksums: Vec<Checksum>,
    /// In hexadecimal digits, if it was wanted.
    pub sha256: Option<String>,
}

/// Computes over one body. Its two halves may run side by side.
pub(crate) struct Hasher {
    pub(crate) md5: Md5,
    pub(crate) others: OtherHashers,
}

pub(crate) struct OtherHashers {
    checksums: Vec<Running>,
    sha256: Option<Context>,
}

enum Running {
    Crc32(crc32fast::Hasher),
    Crc32c(u32),
    Crc64(u64),
    Sha(Algorithm, Context),
}

impl Hasher {
    pub(crate) fn new(wanted: &Wanted) -> Hasher {
        // One SHA-256 is enough for both who may want it.
        let has_sha256 = wanted.checksums.contains(&Algorithm::Sha256);
        let sha256 = (wanted.sha256 && !has_sha256).then(|| Context::new(&SHA256));
        let checksums = wanted.checksums.iter().map(|algorithm| Running::new(*algorithm)).collect();
        Hasher { md5: Md5::new(), others: OtherHashers { checksums, sha256 } }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        self.md5.update(data);
        self.others.update(data);
    }

    pub(crate) fn finish(self) -> Digests {
        Digests::of(self.md5, self.others)
    }
}

impl OtherHashers {
    pub(crate) fn update(&mut self, data: &[u8]) {
        for running in &mut self.checksums {
            running.update(data);
        }
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(data);
        }
    }
}

impl Digests {
    pub(crate) fn of(md5: Md5, others: OtherHashers) -> Digests {
        let checksums: Vec<Checksum> = others.checksums.into_iter().map(Running::finish).collect();
        let own = others.sha256.map(|sha256| hex::encode(sha256.finish().as_ref()));
        let shared = || {
            let of_sha256 = |checksum: &&Checksum| checksum.algorithm == Algorithm::Sha256;
            checksums.iter().find(of_sha256)?.raw().map(|bytes| hex::encode(&bytes))
        };
        let sha256 = own.or_else(shared);
        Digests { md5: md5.finish(), checksums, sha256 }
    }
}

impl Running {
    fn new(algorithm: Algorithm) -> Running {
        match algorithm {
            Algorithm::Crc32 => Running::Crc32(crc32fast::Hasher::new()),
            Algorithm::Crc32c => Running::Crc32c(0),
            Algorithm::Crc64Nvme => Running::Crc64(0),
            Algorithm::Sha1 => Running::Sha(algorithm, Context::new(&SHA1_FOR_LEGACY_USE_ONLY)),
            Algorithm::Sha256 => Running::Sha(algorithm, Context::new(&SHA256)),
        }
    }

    fn update(&mut self, data: &[u8]) {
        match self {
            Running::Crc32(hasher) => hasher.update(data),
            Running::Crc32c(crc) => *crc = crc32c::crc32c_append(*crc, data),
            Running::Crc64(crc) => *crc = crc64::append(*crc, data),
            Running::Sha(_, context) => context.update(data),
        }
    }

    fn finish(self) -> Checksum {
        match self {
            Running::Crc32(hasher) => {
                Checksum::of(Algorithm::Crc32, &hasher.finalize().to_be_bytes())
            }
            Running::Crc32c(crc) => Checksum::of(Algorithm::Crc32c, &crc.to_be_bytes()),
            Running::Crc64(crc) => Checksum::of(Algorithm::Crc64Nvme, &crc.to_be_bytes()),
            Running::Sha(algorithm, context) => Checksum::of(algorithm, context.finish().as_ref()),
        }
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// The MD5 of some bytes at hand.
pub(crate) fn md5(data: &[u8]) -> [u8; 16] {
    let mut hasher = Md5::new();
    hasher.update(data);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_digests_of_a_known_text() {
        let wanted = Wanted { checksums: Algorithm::ALL.to_vec(), sha256: true };
        let mut hasher = Hasher::new(&wanted);
        for piece in ["1234", "", "56789"] {
            hasher.update(piece.as_bytes());
        }
        let digests = hasher.finish();
        assert_eq!(hex::encode(&digests.md5), "25f9e794323b453885f5181f1b624d0b");
        let values: Vec<&str> = digests.checksums.iter().map(|sum| sum.value.as_str()).collect();
        assert_eq!(
            values,
            [
                "y/Q5Jg==",
                "4waSgw==",
                "rosUhgp5mIg=",
                "98O8HYCOBHMq32eZZczDTKeuNEE=",
                "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
            ]
        );
        let hash = "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225";
        assert_eq!(digests.sha256.as_deref(), Some(hash));
    }
}
