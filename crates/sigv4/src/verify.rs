//! Is this the signature of whoever has the key, over this request, and is it in time?

use std::borrow::Cow;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use stdx::clock::UnixMillis;

use crate::canonical::{self, PathStyle, RequestParts};
use crate::chunk::ChunkChain;
use crate::date;
use crate::error::{Mismatch, SignatureError};
use crate::key::{SigningKey, sha256_hex};
use crate::parsed::Parsed;
use crate::payload::Payload;

/// How far the clocks of a client and of this machine may stand apart, as with AWS.
pub const CLOCK_SKEW_MAX_MS: u64 = 15 * 60 * 1000;

/// What the names of AWS's own headers begin with.
const AMAZONS: &str = "x-amz-";

/// A request whose signature is good.
#[derive(Debug)]
pub struct Verified {
    /// What is left to check of a body that was not read yet.
    pub body: BodyCheck,
}

/// How a body that comes after its signature is checked.
#[derive(Debug)]
pub enum BodyCheck {
    /// It was checked, or the client chose not to sign it.
    Done,
    /// It must have this SHA-256.
    Hash(String),
    /// Each chunk carries a signature.
    Chunks { chain: ChunkChain, trailer: bool },
}

/// Checks a request with the key of the credential that it names. `body_sha256` is the hash of the
/// body, or nothing if the body was not read yet; then the request must state what it is.
pub fn verify(
    request: &RequestParts<'_>,
    parsed: &Parsed<'_>,
    key: &SigningKey,
    now: UnixMillis,
    style: PathStyle,
    body_sha256: Option<&str>,
) -> Result<Verified, SignatureError> {
    check_time(parsed, now)?;
    check_signed_headers(request, parsed)?;
    let payload = payload(parsed, style, body_sha256)?;
    let mut mismatch = None;
    for query_without in unsigned_parameters(parsed) {
        let canonical_request =
            canonical::request(request, style, query_without, &parsed.signed_headers, &payload);
        let scope = &parsed.credential.scope;
        let string_to_sign = canonical::string_to_sign(&parsed.date, scope, &canonical_request);
        if same(key.sign(&string_to_sign).as_str(), &parsed.signature) {
            let body = body_check(parsed, key, body_sha256)?;
            return Ok(Verified { body });
        }
        let signature = parsed.signature.to_string();
        mismatch = Some(Mismatch { canonical_request, string_to_sign, signature });
    }
    let mismatch = mismatch.expect("there is at least one canonical form");
    Err(SignatureError::Mismatch(Box::new(mismatch)))
}

/// Compares in a time that tells nothing of where the two differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

fn check_time(parsed: &Parsed<'_>, now: UnixMillis) -> Result<(), SignatureError> {
    let signed_at = parsed.signed_at;
    if signed_at > now.saturating_add(CLOCK_SKEW_MAX_MS) {
        return Err(SignatureError::NotYetCurrent {
            signed: parsed.date.to_string(),
            latest: date::format(now.saturating_add(CLOCK_SKEW_MAX_MS)),
            now: date::format(now),
        });
    }
    match parsed.presigned.and_then(|presigned| presigned.expires_secs) {
        Some(seconds) if now > signed_at.saturating_add(seconds * 1000) => {
            let expired = date::format(signed_at.saturating_add(seconds * 1000));
            Err(SignatureError::PresignExpired { expired, now: date::format(now) })
        }
        Some(_) => Ok(()),
        None if signed_at.saturating_add(CLOCK_SKEW_MAX_MS) < now => Err(SignatureError::Expired {
            signed: parsed.date.to_string(),
            earliest: date::format(now.saturating_sub(CLOCK_SKEW_MAX_MS)),
            now: date::format(now),
        }),
        None => Ok(()),
    }
}

/// The host, and every `x-amz-` header that is there, must be signed: what is not signed could have
/// been added by another, `x-amz-target` for one.
fn check_signed_headers(
    request: &RequestParts<'_>,
    parsed: &Parsed<'_>,
) -> Result<(), SignatureError> {
    let is_signed =
        |name: &str| parsed.signed_headers.split(';').any(|it| it.eq_ignore_ascii_case(name));
    let is_amazons = |name: &str| {
        name.get(..AMAZONS.len()).is_some_and(|start| start.eq_ignore_ascii_case(AMAZONS))
    };
    let mut names = request.headers.iter().map(|(name, _)| *name);
    match names.find(|name| is_amazons(name) && !is_signed(name)) {
        Some(name) => Err(SignatureError::HeaderNotSigned { header: name.to_ascii_lowercase() }),
        None if is_signed("host") => Ok(()),
        None => Err(SignatureError::HeaderNotSigned { header: "Host".to_owned() }),
    }
}

/// The last line of the canonical request.
fn payload<'a>(
    parsed: &'a Parsed<'_>,
    style: PathStyle,
    body_sha256: Option<&'a str>,
) -> Result<Cow<'a, str>, SignatureError> {
    match (parsed.payload.canonical(), body_sha256) {
        (Some(stated), _) => Ok(stated.into()),
        (None, _) if style == PathStyle::S3 && parsed.presigned.is_some() => {
            Ok("UNSIGNED-PAYLOAD".into())
        }
        (None, Some(computed)) => Ok(computed.into()),
        // Who presigns a request of another service signs the absence of a body.
        (None, None) if parsed.presigned.is_some() => Ok(sha256_hex(b"").into()),
        (None, None) => Err(SignatureError::PayloadUnstated),
    }
}

/// The sets of query parameters to leave out of the canonical request, to be tried in turn. The
/// signature is never in it; the session token of an MQTT connection is added by most clients after
/// they signed, and by some before.
fn unsigned_parameters(parsed: &Parsed<'_>) -> &'static [&'static [&'static str]] {
    let is_mqtt = parsed.credential.scope.service == "iotdevicegateway";
    match parsed.presigned {
        None => &[&[]],
        Some(_) if is_mqtt && parsed.session_token.is_some() => {
            &[&["X-Amz-Signature", "X-Amz-Security-Token"], &["X-Amz-Signature"]]
        }
        Some(_) => &[&["X-Amz-Signature"]],
    }
}

fn body_check(
    parsed: &Parsed<'_>,
    key: &SigningKey,
    body_sha256: Option<&str>,
) -> Result<BodyCheck, SignatureError> {
    match (&parsed.payload, body_sha256) {
        (Payload::Hashed(stated), Some(computed)) if stated.as_str() != computed => {
            let (stated, computed) = (stated.as_str().to_owned(), computed.to_owned());
            Err(SignatureError::BodyChanged { stated, computed })
        }
        (Payload::Hashed(stated), None) => Ok(BodyCheck::Hash(stated.as_str().to_owned())),
        (Payload::SignedChunks { trailer }, _) => {
            Ok(BodyCheck::Chunks { chain: ChunkChain::after(parsed, key), trailer: *trailer })
        }
        _ => Ok(BodyCheck::Done),
    }
}
