//! The head of a request, the same by whichever way it was read.

use http::request::Parts;

/// Method, path, query and headers as they were sent; they are what is signed.
pub(crate) type Head<'a> = sigv4::RequestParts<'a>;

/// The head of a request that hyper read. A header whose value is no text is left out.
pub(crate) fn with_head<T>(parts: &Parts, use_head: impl FnOnce(&Head<'_>) -> T) -> T {
    let headers: Vec<(&str, &str)> = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    use_head(&Head {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &headers,
    })
}
