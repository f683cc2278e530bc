//! The pages, as they were built with this program.

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::answer::{Answer, nothing, refusal, set, whole};

/// A file of the pages.
#[derive(Debug)]
pub(crate) struct Page {
    path: &'static str,
    content_type: &'static str,
    /// Another for other contents, without quotes.
    tag: &'static str,
    bytes: &'static [u8],
    /// The same, compressed, where that is worth it.
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

const INDEX: &str = "/index.html";
/// Their names change with what is in them.
const ASSETS: &str = "/assets/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Kept, but asked about each time.
const ASKED: &str = "no-cache";

const WITHOUT: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Thingstead</title>\n\
<h1>No pages</h1>\n<p>This program was built without the pages of its console, because <code>npm</code> was not \
there or <code>THINGSTEAD_CONSOLE_PAGES</code> was <code>off</code>. Install Node.js and build it again; \
everything else works as it is.</p>\n</html>\n";

/// The answer to a GET.
pub(crate) fn get(path: &str, headers: &HeaderMap) -> Answer {
    get_of(PAGES, path, headers)
}

fn get_of(pages: &'static [Page], path: &str, headers: &HeaderMap) -> Answer {
    let find = |path: &str| pages.iter().find(|page| page.path == path);
    match find(path) {
        Some(page) => show(page, headers),
        None if path.starts_with(ASSETS) => {
            refusal(StatusCode::NOT_FOUND, "NotFound", "there is no such file")
        }
        // The pages know their ways themselves.
        None => match find(INDEX) {
            Some(index) => show(index, headers),
            None => {
                let body = Bytes::from_static(WITHOUT.as_bytes());
                whole(StatusCode::OK, "text/html; charset=utf-8", body)
            }
        },
    }
}

fn show(page: &Page, headers: &HeaderMap) -> Answer {
    let gzip = page.gzip.filter(|_| takes_gzip(headers));
    let tag = match gzip {
        Some(_) => format!("\"{}-gzip\"", page.tag),
        None => format!("\"{}\"", page.tag),
    };
    let mut answer = match is_known(headers, &tag) {
        true => nothing(StatusCode::NOT_MODIFIED),
        false => {
            let body = Bytes::from_static(gzip.unwrap_or(page.bytes));
            whole(StatusCode::OK, page.content_type, body)
        }
    };
    if gzip.is_some() && answer.status() == StatusCode::OK {
        set(&mut answer, CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if page.gzip.is_some() {
        set(&mut answer, VARY, HeaderValue::from_static("accept-encoding"));
    }
    let kept = if page.path.starts_with(ASSETS) { FOR_EVER } else { ASKED };
    set(&mut answer, CACHE_CONTROL, HeaderValue::from_static(kept));
    let tag = HeaderValue::from_str(&tag).expect("a tag is letters and digits");
    set(&mut answer, ETAG, tag);
    answer
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = known.flat_map(|text| text.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let taken = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = taken.flat_map(|text| text.split(','));
    codings.any(|coding| {
        let mut words = coding.split(';').map(str::trim);
        let is_gzip = words.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = words.find_map(|word| word.strip_prefix("q=")?.parse::<f32>().ok());
        is_gzip && weight.unwrap_or(1.0) > 0.0
    })
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    const SAMPLE: &[Page] = &[
        Page {
            path: INDEX,
            content_type: "text/html; charset=utf-8",
            tag: "1",
            bytes: b"<!doctype html>",
            gzip: Some(b"small"),
        },
        Page {
            path: "/assets/app-1a2b.js",
            content_type: "text/javascript; charset=utf-8",
            tag: "2",
            bytes: b"run()",
            gzip: None,
        },
    ];

    async fn got(path: &str, pairs: &[(&'static str, &'static str)]) -> (u16, HeaderMap, String) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let (head, body) = get_of(SAMPLE, path, &headers).into_parts();
        let body = body.collect().await.expect("read").to_bytes();
        (head.status.as_u16(), head.headers, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn assets_are_kept_for_ever_and_pages_are_asked_about() {
        let (status, headers, body) = got("/assets/app-1a2b.js", &[]).await;
        assert_eq!((status, body.as_str()), (200, "run()"));
        assert_eq!(headers[CACHE_CONTROL], FOR_EVER);
        for path in ["/", "/index.html", "/things/lamp", "/favicon.ico"] {
            let (status, headers, body) = got(path, &[]).await;
            assert_eq!((status, body.as_str()), (200, "<!doctype html>"), "{path}");
            assert_eq!(headers[CACHE_CONTROL], ASKED);
        }
        let (status, headers, _) = got("/assets/old-0000.js", &[]).await;
        assert_eq!((status, &headers[CACHE_CONTROL]), (404, &HeaderValue::from_static("no-store")));
    }

    #[tokio::test]
    async fn who_takes_gzip_gets_it() {
        for (taken, is_small) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("xgzip", false),
        ] {
            let (_, headers, body) = got("/", &[("accept-encoding", taken)]).await;
            assert_eq!(body == "small", is_small, "{taken}");
            assert_eq!(headers.contains_key(CONTENT_ENCODING), is_small, "{taken}");
            assert_eq!(headers[VARY], "accept-encoding");
        }
        let (_, headers, body) = got("/assets/app-1a2b.js", &[("accept-encoding", "gzip")]).await;
        assert!(body == "run()" && !headers.contains_key(CONTENT_ENCODING));
    }

    #[tokio::test]
    async fn what_is_known_is_not_sent_again() {
        let known = [("if-none-match", "\"0\", W/\"1\"")];
        let (status, headers, body) = got("/", &known).await;
        assert_eq!(
            (status, body.as_str(), &headers[ETAG]),
            (304, "", &"\"1\"".parse().expect("a tag"))
        );
        let (status, ..) = got("/", &[("if-none-match", "*")]).await;
        assert_eq!(status, 304);
        // The compressed page is another representation.
        let both = [("if-none-match", "\"1\""), ("accept-encoding", "gzip")];
        assert_eq!(got("/", &both).await.0, 200);
    }

    #[tokio::test]
    async fn without_pages_it_is_said_how_to_get_them() {
        let answer = get_of(&[], "/things", &HeaderMap::new());
        assert_eq!(answer.status(), StatusCode::OK);
        let body = answer.into_body().collect().await.expect("read").to_bytes();
        assert!(String::from_utf8_lossy(&body).contains("Node.js"));
        assert_eq!(get_of(&[], "/assets/x.js", &HeaderMap::new()).status(), StatusCode::NOT_FOUND);
    }
}
