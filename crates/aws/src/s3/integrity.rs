//! What a client says of its body, to be held against what comes.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use objects::{Algorithm, Checksum, Digests, Wanted};
use sigv4::{BodyCheck, Payload};

use crate::error::AwsError;
use crate::s3::ask::header;
use crate::s3::words::{body_changed, invalid_request};

const CHECKSUM: &str = "x-amz-checksum-";

/// What the body must be.
#[derive(Clone, Debug, Default)]
pub(super) struct Integrity {
    md5: Option<[u8; 16]>,
    /// What headers say.
    checksums: Vec<Checksum>,
    /// What headers behind the body will say.
    trailing: Option<Algorithm>,
    sha256: Option<String>,
    /// Computed because it was asked for by name alone.
    named: Option<Algorithm>,
}

pub(super) fn bad_digest() -> AwsError {
    AwsError::new(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
}

fn bad_checksum(algorithm: Algorithm) -> AwsError {
    let name = algorithm.name();
    let message = format!("The {name} you specified did not match the calculated checksum.");
    AwsError::new(400, "BadDigest", message)
}

fn unfit(header: &str) -> AwsError {
    invalid_request(&format!("Value for {header} header is invalid."))
}

impl Integrity {
    pub(super) fn read(
        headers: &HeaderMap,
        check: &BodyCheck,
        payload: &Payload,
    ) -> Result<Integrity, AwsError> {
        let sha256 = match check {
            BodyCheck::Hash(hash) => Some(hash.clone()),
            BodyCheck::Done | BodyCheck::Chunks { .. } => None,
        };
        let has_trailer =
            matches!(payload, Payload::UnsignedChunks | Payload::SignedChunks { trailer: true });
        let trailing = match header(headers, "x-amz-trailer").filter(|_| has_trailer) {
            None => None,
            Some(name) => {
                let name = name.trim().to_ascii_lowercase();
                let algorithm = name.strip_prefix(CHECKSUM).and_then(Algorithm::named);
                Some(algorithm.ok_or_else(|| {
                    invalid_request(
                        "The value specified in the x-amz-trailer header is not supported",
                    )
                })?)
            }
        };
        let named =
            match header(headers, "x-amz-sdk-checksum-algorithm") {
                None => None,
                Some(name) => Some(Algorithm::named(name).ok_or_else(|| {
                    invalid_request("Checksum algorithm provided is unsupported.")
                })?),
            };
        let checksums = stated(headers)?;
        if checksums.len() + usize::from(trailing.is_some()) > 1 {
            return Err(invalid_request(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
            ));
        }
        Ok(Integrity { md5: md5(headers)?, checksums, trailing, sha256, named })
    }

    /// What is to be computed while the body comes; `more` beside that.
    pub(super) fn wanted(&self, more: Option<Algorithm>) -> Wanted {
        let mut checksums: Vec<Algorithm> =
            self.checksums.iter().map(|checksum| checksum.algorithm).collect();
        checksums.extend(self.trailing);
        if checksums.is_empty() {
            checksums.extend(self.named);
        }
        if checksums.is_empty() {
            checksums.extend(more);
        }
        Wanted { checksums, sha256: self.sha256.is_some() }
    }

    pub(super) fn check(
        &self,
        digests: &Digests,
        trailers: &[(String, String)],
    ) -> Result<(), AwsError> {
        if self.sha256.is_some() && self.sha256 != digests.sha256 {
            return Err(body_changed());
        }
        if self.md5.is_some_and(|md5| md5 != digests.md5) {
            return Err(bad_digest());
        }
        let trailing = self.trailing.map(|algorithm| trailer(algorithm, trailers)).transpose()?;
        for stated in self.checksums.iter().chain(&trailing) {
            if !digests.checksums.contains(stated) {
                return Err(bad_checksum(stated.algorithm));
            }
        }
        Ok(())
    }
}

fn trailer(algorithm: Algorithm, trailers: &[(String, String)]) -> Result<Checksum, AwsError> {
    let name = format!("{CHECKSUM}{}", algorithm.name().to_ascii_lowercase());
    let value = trailers.iter().find(|(held, _)| *held == name).map(|(_, value)| value);
    let missing = || {
        let message = "The request contained trailing data that was not well-formed or did not \
                       conform to our published schema.";
        AwsError::new(400, "MalformedTrailerError", message)
    };
    Checksum::read(algorithm, value.ok_or_else(missing)?).ok_or_else(|| unfit(&name))
}

/// The checksums that headers state.
pub(super) fn stated(headers: &HeaderMap) -> Result<Vec<Checksum>, AwsError> {
    let mut checksums = Vec::new();
    for algorithm in Algorithm::ALL {
        let name = format!("{CHECKSUM}{}", algorithm.name().to_ascii_lowercase());
        if let Some(value) = header(headers, &name) {
            checksums.push(Checksum::read(algorithm, value).ok_or_else(|| unfit(&name))?);
        }
    }
    Ok(checksums)
}

fn md5(headers: &HeaderMap) -> Result<Option<[u8; 16]>, AwsError> {
    let Some(text) = header(headers, "content-md5") else { return Ok(None) };
    let bytes = BASE64_STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    let invalid =
        || AwsError::new(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
    bytes.map(Some).ok_or_else(invalid)
}
