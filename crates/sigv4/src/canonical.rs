//! The canonical form of a request, which is what is signed.

use crate::credential::Scope;
use crate::encode::{Slash, decode, encode};
use crate::key::sha256_hex;
use crate::query;

/// Most canonical requests are shorter, so they are written without growing.
const USUAL_BYTES: usize = 1024;

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
        let mut text = String::new();
        self.push_header(name, &mut text).then_some(text)
    }

    /// Writes the value of a header, if there is one.
    fn push_header(&self, name: &str, text: &mut String) -> bool {
        let mut is_there = false;
        for (_, value) in self.headers.iter().filter(|(held, _)| held.eq_ignore_ascii_case(name)) {
            if is_there {
                text.push(',');
            }
            is_there = true;
            let mut words = value.split_ascii_whitespace();
            text.push_str(words.next().unwrap_or_default());
            for word in words {
                text.push(' ');
                text.push_str(word);
            }
        }
        is_there
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
    let mut text = String::with_capacity(USUAL_BYTES);
    push_line(&mut text, parts.method);
    push_line(&mut text, &path(parts.path, style));
    push_line(&mut text, &query::canonical(parts.query, query_without));
    for name in signed_headers {
        text.push_str(name);
        text.push(':');
        parts.push_header(name, &mut text);
        text.push('\n');
    }
    text.push('\n');
    for (place, name) in signed_headers.iter().enumerate() {
        if place > 0 {
            text.push(';');
        }
        text.push_str(name);
    }
    text.push('\n');
    text.push_str(payload);
    text
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

pub(crate) fn string_to_sign(date: &str, scope: &Scope, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{scope}\n{}", sha256_hex(canonical_request.as_bytes()))
}

fn path(path: &str, style: PathStyle) -> String {
    match style {
        PathStyle::S3 if path.is_empty() => "/".to_owned(),
        PathStyle::S3 => encode(&decode(path), Slash::Kept),
        PathStyle::Normalized if is_normal(path) => encode(path.as_bytes(), Slash::Kept),
        PathStyle::Normalized => encode(normalize(path).as_bytes(), Slash::Kept),
    }
}

/// Whether there is nothing to normalize, which is so for all but curious requests.
fn is_normal(path: &str) -> bool {
    path.starts_with('/') && !path.contains("//") && !path.contains("/.")
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
