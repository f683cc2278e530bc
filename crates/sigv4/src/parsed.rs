//! The signature of a request, read from its headers or from its query.

use stdx::clock::UnixMillis;

use crate::canonical::{ALGORITHM, RequestParts};
use crate::credential::Credential;
use crate::date;
use crate::error::SignatureError;
use crate::payload::Payload;
use crate::query;

/// AWS's longest life of a presigned request: a week.
const EXPIRES_SECS_MAX: u64 = 604_800;

/// What a request claims, not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub credential: Credential,
    pub session_token: Option<String>,
    pub payload: Payload,
    pub signed_at: UnixMillis,
    /// Whether the signature is in the query, and then for how long it is good.
    pub presigned: Option<Presigned>,
    /// As sent, for the string to sign.
    pub(crate) date: String,
    /// In lower case and in order, as they are signed.
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
}

/// A signature in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presigned {
    /// WebSocket clients leave it out; then the signature is good as long as one in a header.
    pub expires_secs: Option<u64>,
}

/// The parts as they are found, before they are read.
struct Found {
    credential: String,
    signed_headers: String,
    signature: String,
    date: String,
    session_token: Option<String>,
}

impl Parsed {
    /// Reads the signature of a request, wherever it is.
    pub fn from_request(request: &RequestParts<'_>) -> Result<Parsed, SignatureError> {
        let payload = match request.header("x-amz-content-sha256") {
            Some(text) => {
                Payload::parse(&text).ok_or(SignatureError::Payload { found: text.clone() })?
            }
            None => Payload::Unstated,
        };
        match request.header("authorization") {
            Some(authorization) => {
                Parsed::assemble(from_header(request, &authorization)?, None, payload)
            }
            None => from_query(request, payload),
        }
    }

    fn assemble(
        found: Found,
        presigned: Option<Presigned>,
        payload: Payload,
    ) -> Result<Parsed, SignatureError> {
        let credential = Credential::parse(&found.credential)
            .ok_or(SignatureError::Credential { found: found.credential })?;
        let signed_at =
            date::parse(&found.date).ok_or(SignatureError::Date { found: found.date.clone() })?;
        let day = &found.date[..8];
        if day != credential.scope.date {
            let (scope, date) = (credential.scope.date, day.to_owned());
            return Err(SignatureError::ScopeDate { scope, date });
        }
        let mut signed_headers: Vec<String> =
            found.signed_headers.split(';').map(str::to_ascii_lowercase).collect();
        signed_headers.sort();
        Ok(Parsed {
            credential,
            session_token: found.session_token,
            payload,
            signed_at,
            presigned,
            date: found.date,
            signed_headers,
            signature: found.signature,
        })
    }
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
fn from_header(request: &RequestParts<'_>, authorization: &str) -> Result<Found, SignatureError> {
    let (algorithm, fields) = authorization.split_once(' ').unwrap_or((authorization, ""));
    check_algorithm(algorithm)?;
    let field = |part: &'static str| {
        let mut values = fields.split(',').filter_map(|field| {
            field.trim().split_once('=').filter(|(name, _)| *name == part).map(|(_, value)| value)
        });
        once(part, values.next(), values.next())
    };
    let date = request.header("x-amz-date").or_else(|| request.header("date"));
    Ok(Found {
        credential: field("Credential")?,
        signed_headers: field("SignedHeaders")?,
        signature: field("Signature")?,
        date: date.ok_or(SignatureError::Incomplete { part: "X-Amz-Date" })?,
        session_token: request.header("x-amz-security-token"),
    })
}

/// `?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=…`
fn from_query(request: &RequestParts<'_>, payload: Payload) -> Result<Parsed, SignatureError> {
    let parameters = query::parameters(request.query);
    let optional = |part: &'static str| {
        let mut values = parameters
            .iter()
            .filter(|(name, _)| name == part.as_bytes())
            .map(|(_, value)| String::from_utf8_lossy(value));
        match values.next() {
            None => Ok(None),
            first => once(part, first.as_deref(), values.next().as_deref()).map(Some),
        }
    };
    let required =
        |part| optional(part).and_then(|value| value.ok_or(SignatureError::Incomplete { part }));
    check_algorithm(&optional("X-Amz-Algorithm")?.ok_or(SignatureError::Missing)?)?;
    let found = Found {
        credential: required("X-Amz-Credential")?,
        signed_headers: required("X-Amz-SignedHeaders")?,
        signature: required("X-Amz-Signature")?,
        date: required("X-Amz-Date")?,
        session_token: optional("X-Amz-Security-Token")?,
    };
    let expires_secs = optional("X-Amz-Expires")?.map(expires).transpose()?;
    Parsed::assemble(found, Some(Presigned { expires_secs }), payload)
}

fn check_algorithm(found: &str) -> Result<(), SignatureError> {
    match found {
        ALGORITHM => Ok(()),
        _ => Err(SignatureError::Algorithm { found: found.to_owned() }),
    }
}

fn once(
    part: &'static str,
    first: Option<&str>,
    second: Option<&str>,
) -> Result<String, SignatureError> {
    match (first, second) {
        (_, Some(_)) => Err(SignatureError::Repeated { part }),
        (Some(value), None) if !value.is_empty() => Ok(value.to_owned()),
        _ => Err(SignatureError::Incomplete { part }),
    }
}

fn expires(found: String) -> Result<u64, SignatureError> {
    match found.parse() {
        Ok(seconds @ 1..=EXPIRES_SECS_MAX) => Ok(seconds),
        _ => Err(SignatureError::Expires { found }),
    }
}
