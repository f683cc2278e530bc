//! URLs that requests may go to.

use http::Uri;

/// AWS's limit.
pub const URL_BYTES_MAX: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitUrl {
    #[error("a URL has at most {URL_BYTES_MAX} bytes")]
    TooLong,
    #[error(
        "a URL that begins with https:// or http:// and names a host is expected, not {found:?}"
    )]
    NoUrl { found: String },
    #[error("a URL with a name or password in it is not taken: {found:?}")]
    UserInfo { found: String },
}

/// A URL with a host, by HTTP with or without TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpUrl {
    pub(crate) uri: Uri,
    pub(crate) is_secure: bool,
}

impl HttpUrl {
    pub fn parse(text: &str) -> Result<HttpUrl, UnfitUrl> {
        if text.len() > URL_BYTES_MAX {
            return Err(UnfitUrl::TooLong);
        }
        let no_url = || UnfitUrl::NoUrl { found: text.to_owned() };
        let uri: Uri = text.parse().map_err(|_| no_url())?;
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(no_url()),
        };
        let authority = uri.authority().ok_or_else(no_url)?;
        if authority.as_str().contains('@') {
            return Err(UnfitUrl::UserInfo { found: text.to_owned() });
        }
        match authority.host().is_empty() {
            true => Err(no_url()),
            false => Ok(HttpUrl { uri, is_secure }),
        }
    }

    /// As it is dialled: an address of six bytes and more stands without its brackets.
    pub(crate) fn host(&self) -> &str {
        self.uri.host().unwrap_or_default().trim_matches(['[', ']'])
    }

    pub(crate) fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(if self.is_secure { 443 } else { 80 })
    }

    /// What its `Host` header says.
    pub(crate) fn authority(&self) -> &str {
        self.uri.authority().map_or("", http::uri::Authority::as_str)
    }

    pub(crate) fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_host() {
        let dialled = |text: &str| {
            let url = HttpUrl::parse(text).expect("a URL");
            (url.host().to_owned(), url.port(), url.path().to_owned())
        };
        for (text, host, port, path) in [
            ("https://example.com/a?b=c", "example.com", 443, "/a?b=c"),
            ("http://127.0.0.1:81", "127.0.0.1", 81, "/"),
            ("http://[::1]:81/x", "::1", 81, "/x"),
        ] {
            assert_eq!(dialled(text), (host.to_owned(), port, path.to_owned()));
        }
    }

    #[test]
    fn others_are_refused() {
        let long = format!("https://example.com/{}", "a".repeat(URL_BYTES_MAX));
        for text in
            ["", "/path", "example.com", "ftp://example.com", "https://", "http://a:b@c/", &long]
        {
            HttpUrl::parse(text).expect_err(text);
        }
    }
}
