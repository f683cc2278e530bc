//! The canonical form of a request, which is what is signed.

use crate::credential::Scope;
use crate::encode::{Slash, decode, encode};
use crate::key::sha256_hex;
use crate::query;

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What of a request is signed, as it was on the wire.
#[derive(Clone, Copy, Debug)]
pub struct RequestParts<'a> {
    pub method: &'a str,
    /// Percent-encoded, as sent: `/topics/a%2Fb`
    pub path: &'a str,
    /// Without `?`.
    pub query: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
}

/// How the path enters the canonical request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStyle {
    /// Dots and empty segments go, and what was encoded to be sent is encoded once more.
    Normalized,
    /// S3's rule: the key as it is, encoded once.
    S3,
}

impl RequestParts<'_> {
    /// The value of a header, the several of a name joined as they are signed: trimmed, runs of
    /// spaces as one.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<String> = self
            .headers
            .iter()
            .filter(|(held, _)| held.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        (!values.is_empty()).then(|| values.join(","))
    }
}

/// The canonical request over the named headers, which are lower case and in order.
pub(crate) fn request(
    parts: &RequestParts<'_>,
    style: PathStyle,
    query_without: &[&str],
    signed_headers: &[String],
    payload: &str,
) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n",
        parts.method,
        path(parts.path, style),
        query::canonical(parts.query, query_without),
    );
    for name in signed_headers {
        let value = parts.header(name).unwrap_or_default();
        text.push_str(&format!("{name}:{value}\n"));
    }
    text.push_str(&format!("\n{}\n{payload}", signed_headers.join(";")));
    text
}

pub(crate) fn string_to_sign(date: &str, scope: &Scope, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{scope}\n{}", sha256_hex(canonical_request.as_bytes()))
}

fn path(path: &str, style: PathStyle) -> String {
    match style {
        PathStyle::S3 if path.is_empty() => "/".to_owned(),
        PathStyle::S3 => encode(&decode(path), Slash::Kept),
        PathStyle::Normalized => encode(normalize(path).as_bytes(), Slash::Kept),
    }
}

/// RFC 3986 §5.2.4, and repeated slashes as one.
fn normalize(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            plain => segments.push(plain),
        }
    }
    let is_folder = path.ends_with('/') && !segments.is_empty();
    format!("/{}{}", segments.join("/"), if is_folder { "/" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_but_for_s3() {
        for (sent, normalized, s3) in [
            ("", "/", "/"),
            ("/", "/", "/"),
            ("//", "/", "//"),
            ("/a/../..", "/", "/a/../.."),
            ("/./a//b/", "/a/b/", "/./a//b/"),
            ("/topics/a%2Fb", "/topics/a%252Fb", "/topics/a/b"),
            ("/a(b)%20c", "/a%28b%29%2520c", "/a%28b%29%20c"),
        ] {
            assert_eq!(path(sent, PathStyle::Normalized), normalized);
            assert_eq!(path(sent, PathStyle::S3), s3);
        }
    }
}
