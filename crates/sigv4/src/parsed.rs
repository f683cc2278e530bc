//! The signature of a request, read from its headers or from its query.

use std::borrow::Cow;

use stdx::clock::UnixMillis;

use crate::canonical::{ALGORITHM, RequestParts};
use crate::credential::Credential;
use crate::date;
use crate::error::SignatureError;
use crate::payload::Payload;
use crate::query;

/// AWS's longest life of a presigned request: a week.
const EXPIRES_SECS_MAX: u64 = 604_800;

/// What a request claims, not checked yet. It borrows from the request what stands there as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<'a> {
    pub credential: Credential<'a>,
    pub session_token: Option<Cow<'a, str>>,
    pub payload: Payload,
    pub signed_at: UnixMillis,
    /// Whether the signature is in the query, and then for how long it is good.
    pub presigned: Option<Presigned>,
    /// As sent, for the string to sign.
    pub(crate) date: Cow<'a, str>,
    /// In lower case and in order, with semicolons between, as they are signed.
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
}

/// A signature in the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presigned {
    /// WebSocket clients leave it out; then the signature is good as long as one in a header.
    pub expires_secs: Option<u64>,
}

/// The parts as they are found, before they are read.
struct Found<'a> {
    credential: Cow<'a, str>,
    signed_headers: Cow<'a, str>,
    signature: Cow<'a, str>,
    date: Cow<'a, str>,
    session_token: Option<Cow<'a, str>>,
}

impl<'a> Parsed<'a> {
    /// Reads the signature of a request, wherever it is.
    pub fn from_request(request: &RequestParts<'a>) -> Result<Parsed<'a>, SignatureError> {
        let payload = match request.header("x-amz-content-sha256") {
            Some(text) => Payload::parse(&text)
                .ok_or_else(|| SignatureError::Payload { found: text.into_owned() })?,
            None => Payload::Unstated,
        };
        match request.header("authorization") {
            Some(authorization) => {
                Parsed::assemble(from_header(request, authorization)?, None, payload)
            }
            None => from_query(request, payload),
        }
    }

    fn assemble(
        found: Found<'a>,
        presigned: Option<Presigned>,
        payload: Payload,
    ) -> Result<Parsed<'a>, SignatureError> {
        let credential = Credential::parse(found.credential)
            .map_err(|found| SignatureError::Credential { found: found.into_owned() })?;
        let signed_at = date::parse(&found.date)
            .ok_or_else(|| SignatureError::Date { found: found.date.to_string() })?;
        let day = &found.date[..8];
        if day != credential.scope.date {
            let (scope, date) = (credential.scope.date.into_owned(), day.to_owned());
            return Err(SignatureError::ScopeDate { scope, date });
        }
        let signed_headers = in_order(found.signed_headers);
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

/// Names of headers in lower case and in order, as nearly all clients send them.
fn in_order(names: Cow<'_, str>) -> Cow<'_, str> {
    let is_small = !names.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_small && names.split(';').is_sorted() {
        return names;
    }
    let small = names.to_ascii_lowercase();
    let mut names: Vec<&str> = small.split(';').collect();
    names.sort_unstable();
    Cow::Owned(names.join(";"))
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
fn from_header<'a>(
    request: &RequestParts<'a>,
    authorization: Cow<'a, str>,
) -> Result<Found<'a>, SignatureError> {
    let (credential, signed_headers, signature) = match authorization {
        Cow::Borrowed(text) => {
            let [credential, signed_headers, signature] = fields(text)?;
            (credential.into(), signed_headers.into(), signature.into())
        }
        Cow::Owned(text) => {
            let [credential, signed_headers, signature] = fields(&text)?.map(str::to_owned);
            (credential.into(), signed_headers.into(), signature.into())
        }
    };
    let date = request.header("x-amz-date").or_else(|| request.header("date"));
    Ok(Found {
        credential,
        signed_headers,
        signature,
        date: date.ok_or(SignatureError::Incomplete { part: "X-Amz-Date" })?,
        session_token: request.header("x-amz-security-token"),
    })
}

fn fields(authorization: &str) -> Result<[&str; 3], SignatureError> {
    let (algorithm, fields) = authorization.split_once(' ').unwrap_or((authorization, ""));
    check_algorithm(algorithm)?;
    let field = |part: &'static str| {
        let mut values = fields.split(',').filter_map(|field| {
            field.trim().split_once('=').filter(|(name, _)| *name == part).map(|(_, value)| value)
        });
        once(part, values.next(), values.next())
    };
    Ok([field("Credential")?, field("SignedHeaders")?, field("Signature")?])
}

/// `?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=…`
fn from_query<'a>(
    request: &RequestParts<'a>,
    payload: Payload,
) -> Result<Parsed<'a>, SignatureError> {
    let parameters = query::parameters(request.query);
    let optional = |part: &'static str| {
        let mut values = parameters
            .iter()
            .filter(|(name, _)| name == part.as_bytes())
            .map(|(_, value)| String::from_utf8_lossy(value));
        match values.next() {
            None => Ok(None),
            first => {
                once(part, first.as_deref(), values.next().as_deref()).map(|it| Some(it.to_owned()))
            }
        }
    };
    let required =
        |part| optional(part).and_then(|value| value.ok_or(SignatureError::Incomplete { part }));
    check_algorithm(&optional("X-Amz-Algorithm")?.ok_or(SignatureError::Missing)?)?;
    let found = Found {
        credential: required("X-Amz-Credential")?.into(),
        signed_headers: required("X-Amz-SignedHeaders")?.into(),
        signature: required("X-Amz-Signature")?.into(),
        date: required("X-Amz-Date")?.into(),
        session_token: optional("X-Amz-Security-Token")?.map(Cow::Owned),
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

fn once<'a>(
    part: &'static str,
    first: Option<&'a str>,
    second: Option<&str>,
) -> Result<&'a str, SignatureError> {
    match (first, second) {
        (_, Some(_)) => Err(SignatureError::Repeated { part }),
        (Some(value), None) if !value.is_empty() => Ok(value),
        _ => Err(SignatureError::Incomplete { part }),
    }
}

fn expires(found: String) -> Result<u64, SignatureError> {
    match found.parse() {
        Ok(seconds @ 1..=EXPIRES_SECS_MAX) => Ok(seconds),
        _ => Err(SignatureError::Expires { found }),
    }
}
