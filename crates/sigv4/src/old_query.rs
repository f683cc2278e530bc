//! The signature that S3 had before version 4, in a query alone: `AWSAccessKeyId`, `Expires` and
//! `Signature`. Clients of the first region still presign with it unless they are told otherwise.

use std::borrow::Cow;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use stdx::clock::UnixMillis;

use crate::canonical::RequestParts;
use crate::query;

/// Parameters that are signed with the resource; others are not.
const OF_RESOURCE: &[&str] = &[
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// A signature of the older kind, not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldQuery {
    pub access_key: String,
    pub session_token: Option<String>,
    /// The end of the request's life, in seconds.
    pub expires_at_secs: u64,
    signature: Vec<u8>,
    /// What was signed.
    text: String,
}

impl OldQuery {
    /// Reads it; `decode` is for base64. `bucket` is the one that the host names, if it does.
    pub fn from_request(
        request: &RequestParts<'_>,
        bucket: Option<&str>,
        decode: impl Fn(&str) -> Option<Vec<u8>>,
    ) -> Option<OldQuery> {
        let parameters: Vec<(String, String)> = query::parameters(request.query)
            .into_iter()
            .map(|(name, value)| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                (text(&name), text(&value))
            })
            .collect();
        let one = |name: &str| {
            let mut values = parameters.iter().filter(|(held, _)| held == name);
            let first = values.next().map(|(_, value)| value.clone());
            first.filter(|_| values.next().is_none())
        };
        let expires = one("Expires")?;
        let expires_at_secs = expires.parse().ok()?;
        let signature = decode(&one("Signature")?)?;
        let text = text(request, &parameters, &expires, bucket);
        let session_token = one("x-amz-security-token");
        Some(OldQuery {
            access_key: one("AWSAccessKeyId")?,
            session_token,
            expires_at_secs,
            signature,
            text,
        })
    }

    pub fn is_expired(&self, now: UnixMillis) -> bool {
        now / 1000 > self.expires_at_secs
    }

    /// Whether it was made with this secret.
    pub fn is_by(&self, secret: &str) -> bool {
        let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
        let expected = sign(&key, self.text.as_bytes());
        verify_slices_are_equal(expected.as_ref(), &self.signature).is_ok()
    }
}

fn text(
    request: &RequestParts<'_>,
    parameters: &[(String, String)],
    expires: &str,
    bucket: Option<&str>,
) -> String {
    // Such headers may stand in the query instead.
    let value = |name: &str| {
        let of_query = || {
            let held = parameters.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
            held.map(|(_, value)| Cow::Borrowed(value.as_str()))
        };
        request.header(name).or_else(of_query).unwrap_or_default()
    };
    let (md5, kind) = (value("content-md5"), value("content-type"));
    let mut text = format!("{}\n{md5}\n{kind}\n{expires}\n", request.method);
    let of_headers = request.headers.iter().map(|(name, _)| (*name).to_ascii_lowercase());
    let of_query = parameters.iter().map(|(name, _)| name.to_ascii_lowercase());
    let mut names: Vec<String> =
        of_headers.chain(of_query).filter(|name| name.starts_with("x-amz-")).collect();
    names.sort();
    names.dedup();
    for name in names {
        text.push_str(&format!("{name}:{}\n", value(&name)));
    }
    if let Some(bucket) = bucket {
        text.push('/');
        text.push_str(bucket);
    }
    text.push_str(request.path);
    let mut of_resource: Vec<&(String, String)> =
        parameters.iter().filter(|(name, _)| OF_RESOURCE.contains(&name.as_str())).collect();
    of_resource.sort();
    for (place, (name, value)) in of_resource.into_iter().enumerate() {
        text.push(if place == 0 { '?' } else { '&' });
        text.push_str(name);
        if !value.is_empty() {
            text.push('=');
            text.push_str(value);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_what_the_published_example_signs() {
        let request = RequestParts {
            method: "GET",
            path: "/photos/puppy.jpg",
            query: "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&\
                    Expires=1175139620",
            headers: &[("host", "johnsmith.s3.amazonaws.com")],
        };
        // The bytes of the signature in base64 above.
        let bytes = [
            0x36, 0x98, 0x02, 0x8e, 0x70, 0xf3, 0xac, 0xcf, 0x96, 0x17, 0x3a, 0x04, 0x35, 0x79,
            0xa9, 0x34, 0x35, 0x2c, 0x4a, 0x7f,
        ];
        let decode = |text: &str| (text == "NpgCjnDzrM+WFzoENXmpNDUsSn8=").then(|| bytes.to_vec());
        let found = OldQuery::from_request(&request, Some("johnsmith"), decode).expect("read");
        assert_eq!(found.text, "GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg");
        assert!(found.is_by("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        assert!(!found.is_by("another"));
        assert!(found.is_expired(1_175_139_621_000) && !found.is_expired(1_175_139_620_000));
    }
}
