//! What browsers are told to hold to.

use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::answer::Answer;

/// What every answer of the console says; its policy for content comes beside.
const OWN: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Whatever an object is, it runs no script, and nothing of it has our origin.
const SANDBOX: &str = "sandbox; default-src 'none'";

/// The ways in which a browser would make an object a part of the page that asks for it.
const PARTS_OF_A_PAGE: &[&str] = &[
    "audioworklet",
    "embed",
    "frame",
    "iframe",
    "object",
    "paintworklet",
    "script",
    "serviceworker",
    "sharedworker",
    "style",
    "worker",
];

/// On an answer of the console itself.
pub(crate) fn add_own(answer: &mut Answer, host: Option<&Authority>, is_secure: bool) {
    add(answer, "content-security-policy", &policy(host, is_secure));
    for (name, value) in OWN {
        add(answer, name, value);
    }
}

/// On an answer of AWS's services: an object that somebody stored must not run with the console's cookie.
pub(crate) fn add_sandbox(answer: &mut Answer) {
    add(answer, "content-security-policy", SANDBOX);
    add(answer, "x-content-type-options", "nosniff");
}

/// Whether a browser asks for something to make it a part of a page.
pub(crate) fn is_for_a_page(headers: &HeaderMap) -> bool {
    let destination = headers.get("sec-fetch-dest").and_then(|value| value.to_str().ok());
    destination.is_some_and(|name| PARTS_OF_A_PAGE.contains(&name))
}

/// Nothing from elsewhere, and no script but ours.
fn policy(host: Option<&Authority>, is_secure: bool) -> String {
    let scheme = if is_secure { "wss" } else { "ws" };
    // A host source has no way to write an address of version 6; 'self' means it in newer browsers.
    let socket = host.filter(|host| !host.as_str().contains('['));
    let socket = socket.map(|host| format!(" {scheme}://{host}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'{socket}; \
         manifest-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'self'"
    )
}

fn add(answer: &mut Answer, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("a host is a header's text, and so are ours");
    answer.headers_mut().insert(HeaderName::from_static(name), value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::nothing;

    #[test]
    fn the_policy_names_the_host_for_web_sockets() {
        let host = Authority::from_static("hub.example:8080");
        assert!(policy(Some(&host), false).contains("connect-src 'self' ws://hub.example:8080;"));
        assert!(policy(Some(&host), true).contains("connect-src 'self' wss://hub.example:8080;"));
        let host = Authority::from_static("[::1]:8080");
        assert!(policy(Some(&host), false).contains("connect-src 'self';"));
        assert!(policy(None, false).starts_with("default-src 'none'; script-src 'self'; "));
    }

    #[test]
    fn our_headers_replace_those_that_an_object_brought() {
        let mut answer = nothing(http::StatusCode::OK);
        add(&mut answer, "content-security-policy", "default-src *");
        add_sandbox(&mut answer);
        assert_eq!(answer.headers()["content-security-policy"], SANDBOX);
        add_own(&mut answer, None, false);
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers().get_all("content-security-policy").iter().count(), 1);
        assert!(!answer.headers().contains_key("strict-transport-security"));
    }

    #[test]
    fn objects_are_no_parts_of_pages() {
        let mut headers = HeaderMap::new();
        assert!(!is_for_a_page(&headers));
        for (destination, is_part) in
            [("empty", false), ("document", false), ("image", false), ("script", true)]
        {
            headers.insert("sec-fetch-dest", HeaderValue::from_static(destination));
            assert_eq!(is_for_a_page(&headers), is_part, "{destination}");
        }
    }
}
