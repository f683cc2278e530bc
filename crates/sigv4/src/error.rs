//! Why a signature was refused. The texts are the ones that AWS answers with, capitals and all,
//! because people search for them and clients show them.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Nothing in the request says who sent it.
    #[error("Missing Authentication Token")]
    Missing,
    /// A part of the signature is not there.
    #[error("Authorization requires '{part}'.")]
    Incomplete { part: &'static str },
    /// A part comes twice; which of them was checked would be anybody's guess.
    #[error("'{part}' must not be given more than once.")]
    Repeated { part: &'static str },
    #[error("Unsupported AWS 'algorithm': '{found}'.")]
    Algorithm { found: String },
    #[error("Credential must have the form KEY/DATE/REGION/SERVICE/aws4_request, not '{found}'.")]
    Credential { found: String },
    #[error("Date must be in ISO-8601 'basic format'. Got '{found}'.")]
    Date { found: String },
    #[error(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
         HTTP: '{scope}' != '{date}'."
    )]
    ScopeDate { scope: String, date: String },
    #[error("X-Amz-Expires must be a number of seconds from 1 to 604800, not '{found}'.")]
    Expires { found: String },
    #[error("'{header}' must be a 'SignedHeader' in the AWS Authorization.")]
    HeaderNotSigned { header: String },
    #[error("x-amz-content-sha256 must be a SHA-256 or a known name, not '{found}'.")]
    Payload { found: String },
    #[error("Missing required header for this request: x-amz-content-sha256")]
    PayloadUnstated,
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    BodyChanged { stated: String, computed: String },
    /// S3 calls this RequestTimeTooSkewed.
    #[error("Signature expired: {signed} is now earlier than {earliest} ({now} - 15 min.)")]
    Expired { signed: String, earliest: String, now: String },
    #[error("Signature not yet current: {signed} is still later than {latest} ({now} + 15 min.)")]
    NotYetCurrent { signed: String, latest: String, now: String },
    /// The time of a presigned request is over; S3 calls this AccessDenied.
    #[error("Request has expired")]
    PresignExpired { expired: String, now: String },
    /// Boxed, since it carries what S3 shows to whoever signed.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check \
         your AWS Secret Access Key and signing method. Consult the service documentation for \
         details."
    )]
    Mismatch(Box<Mismatch>),
}

/// What we signed in place of the client, for it to compare.
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch {
    pub canonical_request: String,
    pub string_to_sign: String,
    /// The signature that the request carried.
    pub signature: String,
}

/// A canonical request can hold a session token, which is no matter for logs.
impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mismatch").field("signature", &self.signature).finish_non_exhaustive()
    }
}
