//! The canonical form of a request, which is what is signed.

use std::borrow::Cow;

use crate::credential::Scope;
use crate::encode::{Slash, decode, encode, is_unreserved};
use crate::key::sha256;
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

impl<'a> RequestParts<'a> {
    /// The value of a header as it was sent; of several of a name, the first.
    pub fn first(&self, name: &str) -> Option<&'a str> {
        self.values(name).next()
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let of_name = self.headers.iter().filter(move |(held, _)| held.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| *value)
    }

    /// The value of a header, the several of a name joined as they are signed: trimmed, runs of
    /// spaces as one.
    pub(crate) fn header(&self, name: &str) -> Option<Cow<'a, str>> {
        let mut values = self.values(name);
        match (values.next()?, values.next()) {
            (value, None) if is_canonical(value) => Some(Cow::Borrowed(value)),
            _ => {
                let mut text = String::new();
                self.push_header(name, &mut text);
                Some(Cow::Owned(text))
            }
        }
    }

    /// Writes the value of a header, if there is one.
    fn push_header(&self, name: &str, text: &mut String) {
        for (place, value) in self.values(name).enumerate() {
            if place > 0 {
                text.push(',');
            }
            if is_canonical(value) {
                text.push_str(value);
                continue;
            }
            let mut words = value.split_ascii_whitespace();
            text.push_str(words.next().unwrap_or_default());
            for word in words {
                text.push(' ');
                text.push_str(word);
            }
        }
    }
}

/// Whether a value is signed as it was sent, which is so for all but curious requests.
fn is_canonical(value: &str) -> bool {
    let mut before = b' ';
    for byte in value.bytes() {
        let is_space = byte.is_ascii_whitespace();
        if is_space && (byte != b' ' || before == b' ') {
            return false;
        }
        before = byte;
    }
    value.is_empty() || before != b' '
}

/// The canonical request over the named headers: lower case, in order, with semicolons between.
pub(crate) fn request(
    parts: &RequestParts<'_>,
    style: PathStyle,
    query_without: &[&str],
    signed_headers: &str,
    payload: &str,
) -> String {
    let mut text = String::with_capacity(USUAL_BYTES);
    push_line(&mut text, parts.method);
    push_line(&mut text, &path(parts.path, style));
    if !parts.query.is_empty() {
        text.push_str(&query::canonical(parts.query, query_without));
    }
    text.push('\n');
    for name in signed_headers.split(';') {
        text.push_str(name);
        text.push(':');
        parts.push_header(name, &mut text);
        text.push('\n');
    }
    text.push('\n');
    push_line(&mut text, signed_headers);
    text.push_str(payload);
    text
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

pub(crate) fn string_to_sign(date: &str, scope: &Scope<'_>, canonical_request: &str) -> String {
    let mut text = String::with_capacity(USUAL_BYTES / 4);
    push_line(&mut text, ALGORITHM);
    push_line(&mut text, date);
    scope.push_to(&mut text);
    text.push('\n');
    text.push_str(sha256(canonical_request.as_bytes()).as_str());
    text
}

fn path(path: &str, style: PathStyle) -> Cow<'_, str> {
    let is_plain = path.bytes().all(|byte| byte == b'/' || is_unreserved(byte));
    match style {
        PathStyle::S3 if path.is_empty() => Cow::Borrowed("/"),
        PathStyle::S3 if is_plain => Cow::Borrowed(path),
        PathStyle::S3 => Cow::Owned(encode(&decode(path), Slash::Kept)),
        PathStyle::Normalized if is_normal(path) && is_plain => Cow::Borrowed(path),
        PathStyle::Normalized if is_normal(path) => {
            Cow::Owned(encode(path.as_bytes(), Slash::Kept))
        }
        PathStyle::Normalized => Cow::Owned(encode(normalize(path).as_bytes(), Slash::Kept)),
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
    fn values_are_signed_trimmed_and_with_single_spaces() {
        for (sent, signed) in [
            ("", ""),
            ("a", "a"),
            ("a b", "a b"),
            (" a b", "a b"),
            ("a b ", "a b"),
            ("a  b", "a b"),
            ("a\tb", "a b"),
            (" ", ""),
        ] {
            let headers = [("Name", sent)];
            let parts = RequestParts { method: "GET", path: "/", query: "", headers: &headers };
            assert_eq!(parts.header("name").as_deref(), Some(signed), "{sent:?}");
            assert_eq!(is_canonical(sent), sent == signed, "{sent:?}");
        }
        let headers = [("a", "1 "), ("b", "2"), ("A", "3")];
        let parts = RequestParts { method: "GET", path: "/", query: "", headers: &headers };
        assert_eq!(parts.header("a").as_deref(), Some("1,3"));
        assert_eq!(parts.header("c"), None);
        assert_eq!(parts.first("a"), Some("1 "));
    }

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
