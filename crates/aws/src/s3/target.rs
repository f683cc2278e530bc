//! What a request is about: a bucket and a key, from its host and its path.

use http::request::Parts;
use percent_encoding::percent_decode_str;

use crate::error::AwsError;

/// A bucket and a key as they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) bucket: Option<String>,
    pub(super) key: Option<String>,
}

/// What follows the bucket in a host name: a name of this machine's own, or of S3's.
const BASES: [&str; 3] = ["localhost", "s3.amazonaws.com", "localhost.localstack.cloud"];

impl Target {
    /// The bucket that the host names, if it does.
    pub(super) fn bucket_of_host(head: &Parts) -> Option<String> {
        let host = head.headers.get("host").and_then(|host| host.to_str().ok());
        bucket_of_host(host.or(head.uri.host()).unwrap_or_default())
    }

    pub(super) fn of(head: &Parts) -> Result<Target, AwsError> {
        let path = head.uri.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        match Target::bucket_of_host(head) {
            Some(bucket) => {
                let key = decode(path)?;
                Ok(Target { bucket: Some(bucket), key: some(key) })
            }
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                Ok(Target { bucket: some(decode(bucket)?), key: some(decode(key)?) })
            }
        }
    }
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The bucket of `bucket.localhost:4566`, or of `bucket.s3.eu-west-1.amazonaws.com`.
fn bucket_of_host(host: &str) -> Option<String> {
    // A port is digits behind the last colon; an address of IPv6 stands in brackets.
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    let bucket = BASES.iter().find_map(|base| name.strip_suffix(base)?.strip_suffix('.'));
    let bucket = bucket.map(|bucket| bucket.strip_suffix(".s3").unwrap_or(bucket));
    let regional = || {
        let at = name.find(".s3.").or_else(|| name.find(".s3-"))?;
        Some(&name[..at])
    };
    let bucket = bucket.filter(|bucket| *bucket != "s3").or_else(regional)?;
    some(bucket.to_owned())
}

fn decode(text: &str) -> Result<String, AwsError> {
    let decoded = percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
    decoded.map_err(|_| AwsError::new(400, "InvalidURI", "Couldn't parse the specified URI."))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn target(host: &str, path: &str) -> (Option<String>, Option<String>) {
        let request =
            Request::builder().uri(path).header("host", host).body(()).expect("a request");
        let Target { bucket, key } = Target::of(&request.into_parts().0).expect("a target");
        (bucket, key)
    }

    #[test]
    fn a_bucket_stands_in_the_path_or_in_the_host() {
        for (host, path, bucket, key) in [
            ("127.0.0.1:4566", "/", None, None),
            ("localhost:4566", "/cellar", Some("cellar"), None),
            ("localhost:4566", "/cellar/", Some("cellar"), None),
            ("my-box.lan:4566", "/cellar/a//b%2Fc%20", Some("cellar"), Some("a//b/c ")),
            ("[::1]:4566", "/cellar/a", Some("cellar"), Some("a")),
            ("cellar.localhost:4566", "/a/b", Some("cellar"), Some("a/b")),
            ("cellar.localhost", "/", Some("cellar"), None),
            ("a.b.s3.localhost:1", "/k", Some("a.b"), Some("k")),
            ("s3.localhost:1", "/cellar/k", Some("cellar"), Some("k")),
            ("cellar.s3.amazonaws.com", "/k", Some("cellar"), Some("k")),
            ("cellar.s3.eu-west-1.amazonaws.com", "/k", Some("cellar"), Some("k")),
            ("s3.eu-west-1.amazonaws.com", "/cellar/k", Some("cellar"), Some("k")),
        ] {
            let expected = (bucket.map(str::to_owned), key.map(str::to_owned));
            assert_eq!(target(host, path), expected, "{host}{path}");
        }
    }
}
