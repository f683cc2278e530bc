//! S3 as the house itself asks it, in somebody's name: the same operations, without a wire.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Limited};
use iam::Login;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sigv4::{BodyCheck, Payload};

use crate::error::AwsError;
use crate::s3::ask::Query;
use crate::s3::door::{find_bucket, go};
use crate::s3::permit::Permit;
use crate::s3::receive::{Receiver, Source};
use crate::s3::row::Row;
use crate::s3::target::Target;
use crate::state::State;

/// The largest answer that is read; templates have a limit that is lower.
const ANSWER_BYTES_MAX: usize = 4 * 1_048_576;

/// What of a key stands in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inside<'a> {
    pub(crate) method: &'static str,
    pub(crate) bucket: &'a str,
    pub(crate) key: &'a str,
    /// The parameter that tells the operation apart, or others: `policy`.
    pub(crate) query: &'a str,
    pub(crate) body: String,
}

/// Asks, and answers the body of the answer.
pub(crate) async fn ask(
    state: &Arc<State>,
    login: Arc<Login>,
    inside: Inside<'_>,
) -> Result<Bytes, AwsError> {
    let encode = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
    let path: Vec<String> = inside.key.split('/').map(encode).collect();
    let key = if inside.key.is_empty() { String::new() } else { format!("/{}", path.join("/")) };
    let uri = format!("/{}{key}?{}", encode(inside.bucket), inside.query);
    let request = Request::builder()
        .method(inside.method)
        .uri(uri)
        .header("host", "localhost")
        .header("content-length", inside.body.len())
        .body(());
    let unfit = |error: http::Error| AwsError::internal(error.to_string());
    let head = request.map_err(unfit)?.into_parts().0;
    let (target, query) = (Target::of(&head)?, Query::of(&head));
    let bucket = find_bucket(state, &target)?;
    let row = Row::find(&head, &target, &query)?;
    let source_ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let request_id = state.next_request_id();
    let permit = Permit { login: Some(login), source_ip, is_secure: true, request_id };
    let body = Source::Whole(Bytes::from(inside.body));
    let receiver = Receiver::new(body, BodyCheck::Done, Payload::Unsigned);
    let answer =
        go(Arc::clone(state), permit, row, (head, target, query), bucket, receiver).await?;
    let body = Limited::new(answer.body, ANSWER_BYTES_MAX).collect().await;
    let failed = |error| AwsError::internal(format!("an object cannot be read: {error}"));
    Ok(body.map_err(failed)?.to_bytes())
}

/// The bucket, the key and the version that a URL names, if it is one of S3's.
pub(crate) fn read_url(url: &str, own_host: &str) -> Option<(String, String, Option<String>)> {
    if let Some(rest) = url.strip_prefix("s3://") {
        let (bucket, key) = rest.split_once('/')?;
        return Some((bucket.to_owned(), key.to_owned(), None)).filter(|it| !it.1.is_empty());
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let request = Request::builder().uri(format!("/{path}")).header("host", host).body(()).ok()?;
    let head = request.into_parts().0;
    let name = host.split(':').next().unwrap_or_default();
    let is_ours = host == own_host
        || ["localhost", "127.0.0.1"].contains(&name)
        || name.ends_with(".amazonaws.com") && (name.starts_with("s3") || name.contains(".s3"))
        || Target::bucket_of_host(&head).is_some();
    let target = Target::of(&head).ok()?;
    let version = Query::of(&head).get("versionId").map(str::to_owned);
    is_ours.then_some((target.bucket?, target.key?, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_an_object_in_several_ways() {
        for (url, expected) in [
            ("s3://cellar/a/b.yaml", Some("a/b.yaml")),
            ("https://cellar.s3.amazonaws.com/a.yaml", Some("a.yaml")),
            ("https://cellar.s3.eu-west-1.amazonaws.com/a.yaml", Some("a.yaml")),
            ("https://s3.eu-west-1.amazonaws.com/cellar/a.yaml", Some("a.yaml")),
            ("https://s3.amazonaws.com/cellar/a%20b", Some("a b")),
            ("http://127.0.0.1:4566/cellar/a.yaml", Some("a.yaml")),
            ("http://my-box:4566/cellar/a.yaml", Some("a.yaml")),
            ("http://cellar.localhost:4566/a.yaml", Some("a.yaml")),
            ("https://example.com/cellar/a.yaml", None),
            ("https://s3.amazonaws.com/cellar", None),
            ("cellar/a.yaml", None),
        ] {
            let found = read_url(url, "my-box:4566");
            let found = found.as_ref().map(|(bucket, key, _)| (bucket.as_str(), key.as_str()));
            assert_eq!(found, expected.map(|key| ("cellar", key)), "{url}");
        }
        let found = read_url("https://s3.amazonaws.com/cellar/a?versionId=7", "").expect("a URL");
        assert_eq!(found.2.as_deref(), Some("7"));
    }
}
