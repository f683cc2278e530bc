//! Whose request is it? Checks Signature Version 4.

use bytes::Bytes;
use http::request::Parts;
use sigv4::{Parsed, PathStyle, RequestParts, SignatureError, SigningKey, sha256_hex, verify};

use crate::caller::Who;
use crate::error::AwsError;
use crate::state::State;

/// A request whose signature is good.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(crate) who: Who,
    /// The service that it was signed for.
    pub(crate) service: String,
}

/// Checks the signature of a request that was read whole.
pub(crate) fn authenticate(state: &State, head: &Parts, body: &Bytes) -> Result<Signed, AwsError> {
    let headers: Vec<(&str, &str)> = head
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let request = RequestParts {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
    };
    let parsed = Parsed::from_request(&request).map_err(refusal)?;
    let secret = state.keys.secret(&parsed.credential.access_key).ok_or_else(unknown_key)?;
    let key = SigningKey::derive(secret, &parsed.credential.scope);
    let body_hash = sha256_hex(body);
    let style = PathStyle::Normalized;
    verify(&request, &parsed, &key, state.clock.now(), style, Some(&body_hash)).map_err(refusal)?;
    let who = Who::Key { access_key: parsed.credential.access_key };
    Ok(Signed { who, service: parsed.credential.scope.service })
}

fn unknown_key() -> AwsError {
    let message = "The security token included in the request is invalid.";
    AwsError::new(403, "UnrecognizedClientException", message)
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn refusal(error: SignatureError) -> AwsError {
    let code = match error {
        SignatureError::Missing => "MissingAuthenticationTokenException",
        SignatureError::Incomplete { .. }
        | SignatureError::Repeated { .. }
        | SignatureError::Algorithm { .. }
        | SignatureError::Credential { .. }
        | SignatureError::Date { .. } => "IncompleteSignatureException",
        _ => "InvalidSignatureException",
    };
    AwsError::new(403, code, error.to_string())
}
