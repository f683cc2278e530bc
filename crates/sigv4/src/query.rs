//! The query of a request, decoded.

use crate::encode::{Slash, decode, encode};

/// The parameters in the order sent. One without `=` has an empty value, as AWS signs it.
pub(crate) fn parameters(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decode(name), decode(value))
    };
    parts.map(pair).collect()
}

/// The parameters encoded, in order of name and then value, without those named.
pub(crate) fn canonical(query: &str, without: &[&str]) -> String {
    let mut encoded: Vec<(String, String)> = parameters(query)
        .iter()
        .filter(|(name, _)| !without.iter().any(|skipped| skipped.as_bytes() == name))
        .map(|(name, value)| (encode(name, Slash::Encoded), encode(value, Slash::Encoded)))
        .collect();
    encoded.sort();
    let pairs: Vec<String> =
        encoded.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}
