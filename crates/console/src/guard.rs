//! What a browser may be tricked into: to come here by a name that somebody else gave to this address, and
//! to send what another page wants.

use std::net::IpAddr;

use http::uri::Authority;
use http::{HeaderMap, StatusCode};

use crate::answer::{Answer, refusal};

/// What the pages send with everything that changes something. No form can, and no page of another origin
/// may without asking first, which is not allowed here.
const MARK: &str = "x-thingstead-console";

/// The names that this host may be called by.
#[derive(Debug)]
pub(crate) struct Names(Vec<String>);

impl Names {
    /// Those that its certificate has.
    pub(crate) fn new(names: &[String]) -> Names {
        Names(names.iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Whom a request is for, if that is us. A name that somebody else made point here is none of ours: their
    /// pages would be of our origin. Addresses are nobody's to give.
    pub(crate) fn host(&self, headers: &HeaderMap) -> Result<Authority, Box<Answer>> {
        let mut hosts = headers.get_all("host").iter();
        let host = hosts.next().and_then(|value| value.to_str().ok());
        let host = host.filter(|_| hosts.next().is_none());
        let host = host.and_then(|text| text.parse::<Authority>().ok());
        let host = host.filter(|host| !host.as_str().contains('@'));
        host.filter(|host| self.knows(host.host())).ok_or_else(|| {
            let message = "this server does not know the name that it was called by: use its address, \
                           localhost, or a name of its certificate (thingstead up --name NAME adds one)";
            Box::new(refusal(StatusCode::MISDIRECTED_REQUEST, "UnknownHost", message))
        })
    }

    fn knows(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = host.to_ascii_lowercase();
        bare.parse::<IpAddr>().is_ok() || name == "localhost" || self.0.contains(&name)
    }
}

/// Refuses what does not come from our own pages.
pub(crate) fn is_ours(
    headers: &HeaderMap,
    host: &Authority,
    is_secure: bool,
) -> Result<(), Box<Answer>> {
    let refuse = |message: &str| {
        Err(Box::new(refusal(StatusCode::FORBIDDEN, "CrossOriginRequest", message)))
    };
    if headers.get(MARK).is_none_or(|value| value != "1") {
        return refuse("the header X-Thingstead-Console is missing");
    }
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return refuse("the request comes from another page");
    }
    if let Some(origin) = headers.get("origin") {
        let text = origin.to_str().unwrap_or_default();
        let authority = match text.strip_prefix("https://") {
            Some(authority) => Some(authority),
            // Without TLS here there may be a proxy that has it.
            None => text.strip_prefix("http://").filter(|_| !is_secure),
        };
        if authority.is_none_or(|authority| !authority.eq_ignore_ascii_case(host.as_str())) {
            return refuse("the request comes from a page of another origin");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn only_addresses_and_our_names_are_us() {
        let names = Names::new(&["Hub.Example".to_owned(), "localhost".to_owned()]);
        for host in
            ["127.0.0.1:8080", "192.168.1.7", "[::1]:8080", "localhost:1", "HUB.example:8080"]
        {
            let found = names.host(&headers(&[("host", host)]));
            assert_eq!(found.expect("known").as_str(), host);
        }
        for host in
            ["evil.example", "hub.example.evil", "localhost.evil:80", "127.0.0.1.nip.io", "a@[::1]"]
        {
            let refused = names.host(&headers(&[("host", host)])).expect_err("unknown");
            assert_eq!(refused.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
        }
        assert!(names.host(&headers(&[])).is_err());
        assert!(names.host(&headers(&[("host", "localhost"), ("host", "localhost")])).is_err());
    }

    #[test]
    fn what_changes_something_comes_from_our_pages() {
        let host = Authority::from_static("127.0.0.1:8080");
        let mark = ("x-thingstead-console", "1");
        let ours = |pairs: &[_], is_secure| is_ours(&headers(pairs), &host, is_secure).is_ok();
        assert!(ours(&[mark], false));
        assert!(ours(&[mark, ("sec-fetch-site", "same-origin")], true));
        assert!(ours(&[mark, ("origin", "http://127.0.0.1:8080")], false));
        assert!(ours(&[mark, ("origin", "https://127.0.0.1:8080")], true));
        for (pairs, is_secure) in [
            (&[][..], false),
            (&[("x-thingstead-console", "0")], false),
            (&[mark, ("sec-fetch-site", "same-site")], false),
            (&[mark, ("sec-fetch-site", "cross-site")], false),
            (&[mark, ("sec-fetch-site", "none")], false),
            (&[mark, ("origin", "null")], false),
            (&[mark, ("origin", "http://127.0.0.1:3000")], false),
            (&[mark, ("origin", "http://evil.example")], false),
            (&[mark, ("origin", "http://127.0.0.1:8080")], true),
        ] {
            assert!(!ours(pairs, is_secure), "{pairs:?}");
        }
    }
}
