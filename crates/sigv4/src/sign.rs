//! Signing a request, as a client does.

use std::fmt;

use stdx::clock::UnixMillis;

use crate::canonical::{self, ALGORITHM, PathStyle, RequestParts};
use crate::credential::{Credential, Scope};
use crate::date;
use crate::encode::{Slash, encode};
use crate::key::{Hex, SigningKey};

/// Who signs.
#[derive(Clone)]
pub struct Credentials {
    pub access_key: String,
    pub secret: String,
    pub session_token: Option<String>,
}

/// For whom is signed.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    pub region: &'a str,
    pub service: &'a str,
    pub style: PathStyle,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// The headers to add to a request: date, session token, authorization. All headers that the
/// request has are signed, so it should have its host and only what arrives unchanged. `payload` is
/// the hash of the body, or whatever `x-amz-content-sha256` says.
pub fn sign(
    request: &RequestParts<'_>,
    credentials: &Credentials,
    target: Target<'_>,
    now: UnixMillis,
    payload: &str,
) -> Vec<(&'static str, String)> {
    let date = date::format(now);
    let credential = credential(credentials, target, &date);
    let mut added = vec![("x-amz-date", date.clone())];
    added.extend(credentials.session_token.clone().map(|token| ("x-amz-security-token", token)));
    let mut headers = request.headers.to_vec();
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_str())));
    let request = RequestParts { headers: &headers, ..*request };
    let signed = signed_headers(&request);
    let canonical = canonical::request(&request, target.style, &[], &signed, payload);
    let signature = signature(credentials, &credential.scope, &date, &canonical);
    let authorization = format!(
        "{ALGORITHM} Credential={credential}, SignedHeaders={signed}, Signature={}",
        signature.as_str(),
    );
    added.push(("authorization", authorization));
    added
}

/// The query that makes a request good for so many seconds, for whoever holds it.
pub fn presign(
    request: &RequestParts<'_>,
    credentials: &Credentials,
    target: Target<'_>,
    now: UnixMillis,
    expires_secs: u64,
    payload: &str,
) -> String {
    let date = date::format(now);
    let credential = credential(credentials, target, &date);
    let signed = signed_headers(request);
    let mut query = request.query.to_owned();
    let mut add = |name: &str, value: &str| {
        let separator = if query.is_empty() { "" } else { "&" };
        let value = encode(value.as_bytes(), Slash::Encoded);
        query.push_str(&format!("{separator}{name}={value}"));
    };
    add("X-Amz-Algorithm", ALGORITHM);
    add("X-Amz-Credential", &credential.to_string());
    add("X-Amz-Date", &date);
    add("X-Amz-Expires", &expires_secs.to_string());
    add("X-Amz-SignedHeaders", &signed);
    if let Some(token) = &credentials.session_token {
        add("X-Amz-Security-Token", token);
    }
    let request = RequestParts { query: &query, ..*request };
    let canonical = canonical::request(&request, target.style, &[], &signed, payload);
    let signature = signature(credentials, &credential.scope, &date, &canonical);
    format!("{query}&X-Amz-Signature={}", signature.as_str())
}

fn credential<'a>(
    credentials: &'a Credentials,
    target: Target<'a>,
    date: &'a str,
) -> Credential<'a> {
    let Target { region, service, .. } = target;
    Credential {
        access_key: credentials.access_key.as_str().into(),
        scope: Scope { date: date[..8].into(), region: region.into(), service: service.into() },
    }
}

fn signed_headers(request: &RequestParts<'_>) -> String {
    let mut names: Vec<String> =
        request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    names.dedup();
    names.join(";")
}

fn signature(credentials: &Credentials, scope: &Scope<'_>, date: &str, canonical: &str) -> Hex {
    let string_to_sign = canonical::string_to_sign(date, scope, canonical);
    SigningKey::derive(&credentials.secret, scope).sign(&string_to_sign)
}
