//! Signatures of requests, as strangers send them.

use sigv4::{Parsed, PathStyle, RequestParts, SigningKey, sha256_hex, verify};

/// The time of AWS's published examples.
const NOW_MS: u64 = 1_440_938_160_000;

/// The first line is a path, the second a query, the others headers. Whatever they are, reading
/// them ends without a panic, and nobody without the secret is let in.
pub fn signature(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut lines = text.lines();
    let (path, query) = (lines.next().unwrap_or("/"), lines.next().unwrap_or(""));
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let request = RequestParts { method: "GET", path, query, headers: &headers };
    let Ok(parsed) = Parsed::from_request(&request) else { return };
    let key =
        SigningKey::derive("not the secret that it was signed with", &parsed.credential.scope);
    let hash = sha256_hex(b"");
    for style in [PathStyle::Normalized, PathStyle::S3] {
        assert!(verify(&request, &parsed, &key, NOW_MS, style, Some(&hash)).is_err());
    }
}
