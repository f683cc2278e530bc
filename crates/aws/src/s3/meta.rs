//! Headers of objects: what is kept of them, given back, or refused.

use http::HeaderMap;
use objects::{Meta, Version};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::{Query, header};
use crate::s3::row::not_implemented;
use crate::s3::words::{access_denied, invalid_argument};
use crate::s3::writer::http_date;
use crate::state::State;

const USER: &str = "x-amz-meta-";

/// AWS's limit of names and values together.
const USER_BYTES_MAX: usize = 2 * 1024;

/// What an object has if its owner does not say.
const CONTENT_TYPE: &str = "binary/octet-stream";

/// Headers that ask for what is not served, with their names in AWS's model.
const REFUSED: &[(&str, &str)] = &[
    ("x-amz-website-redirect-location", "WebsiteRedirectLocation"),
    ("x-amz-object-lock-mode", "ObjectLockMode"),
    ("x-amz-object-lock-retain-until-date", "ObjectLockRetainUntilDate"),
    ("x-amz-object-lock-legal-hold", "ObjectLockLegalHoldStatus"),
    ("x-amz-bucket-object-lock-enabled", "ObjectLockEnabledForBucket"),
    ("x-amz-server-side-encryption-customer-algorithm", "SSECustomerAlgorithm"),
    ("x-amz-server-side-encryption-customer-key", "SSECustomerKey"),
    ("x-amz-server-side-encryption-customer-key-md5", "SSECustomerKeyMD5"),
    ("x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId"),
    ("x-amz-server-side-encryption-context", "SSEKMSEncryptionContext"),
    ("x-amz-server-side-encryption-bucket-key-enabled", "BucketKeyEnabled"),
    (
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
        "CopySourceSSECustomerAlgorithm",
    ),
    ("x-amz-copy-source-server-side-encryption-customer-key", "CopySourceSSECustomerKey"),
    ("x-amz-copy-source-server-side-encryption-customer-key-md5", "CopySourceSSECustomerKeyMD5"),
    ("x-amz-write-offset-bytes", "WriteOffsetBytes"),
    ("x-amz-grant-full-control", "GrantFullControl"),
    ("x-amz-grant-read", "GrantRead"),
    ("x-amz-grant-read-acp", "GrantReadACP"),
    ("x-amz-grant-write", "GrantWrite"),
    ("x-amz-grant-write-acp", "GrantWriteACP"),
    ("x-amz-mfa", "MFA"),
    ("x-amz-bypass-governance-retention", "BypassGovernanceRetention"),
    ("x-amz-if-match-last-modified-time", "IfMatchLastModifiedTime"),
    ("x-amz-if-match-size", "IfMatchSize"),
    ("x-amz-bucket-namespace", "BucketNamespace"),
];

/// Refuses what would otherwise be ignored, whatever the operation.
pub(super) fn check_headers(headers: &HeaderMap, state: &State) -> Result<(), AwsError> {
    if let Some((_, member)) = REFUSED.iter().find(|(name, _)| headers.contains_key(*name)) {
        return Err(not_implemented(&format!("{member} is not supported")));
    }
    if let Some(class) = header(headers, "x-amz-storage-class").filter(|it| *it != "STANDARD") {
        return Err(not_implemented(&format!(
            "StorageClass is not supported but for STANDARD: {class}"
        )));
    }
    // AES256 is what every object of S3 has; here encryption at rest is the disk's, see docs/objects.md.
    if let Some(kind) = header(headers, "x-amz-server-side-encryption").filter(|it| *it != "AES256")
    {
        let what = format!("ServerSideEncryption is not supported but for AES256: {kind}");
        return Err(not_implemented(&what));
    }
    let acl = header(headers, "x-amz-acl");
    if acl.is_some_and(|acl| !matches!(acl, "private" | "bucket-owner-full-control")) {
        return Err(acl_not_supported());
    }
    let owner = &state.fleet.registry().home().account;
    for name in ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"] {
        if header(headers, name).is_some_and(|expected| *expected != **owner) {
            return Err(access_denied("Access Denied"));
        }
    }
    Ok(())
}

pub(super) fn acl_not_supported() -> AwsError {
    AwsError::new(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
}

/// What headers say of an object.
pub(super) fn read(headers: &HeaderMap) -> Result<Meta, AwsError> {
    let own = |name: &str| header(headers, name).map(str::to_owned);
    let mut user: Vec<(String, String)> = Vec::new();
    for name in headers.keys() {
        let Some(short) = name.as_str().strip_prefix(USER) else { continue };
        // Several of one name are one, as on AWS.
        let values =
            headers.get_all(name).iter().map(|value| std::str::from_utf8(value.as_bytes()));
        let values: Result<Vec<&str>, _> = values.collect();
        let values = values
            .map_err(|_| invalid_argument(name.as_str(), "", "Metadata must be text in UTF-8"))?;
        user.push((short.to_owned(), values.join(",")));
    }
    let bytes = user.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    if bytes > USER_BYTES_MAX {
        let message = "Your metadata headers exceed the maximum allowed metadata size";
        return Err(AwsError::new(400, "MetadataTooLarge", message)
            .told("Size", bytes.to_string())
            .told("MaxSizeAllowed", USER_BYTES_MAX.to_string()));
    }
    user.sort();
    // How it was sent is no matter of the object.
    let encoding = own("content-encoding").and_then(|text| {
        let kept: Vec<&str> =
            text.split(',').map(str::trim).filter(|one| *one != "aws-chunked").collect();
        Some(kept.join(",")).filter(|kept| !kept.is_empty())
    });
    Ok(Meta {
        content_type: own("content-type"),
        content_encoding: encoding,
        content_language: own("content-language"),
        content_disposition: own("content-disposition"),
        cache_control: own("cache-control"),
        expires: own("expires"),
        user,
    })
}

/// The headers of an object that is read; parameters may replace some.
pub(super) fn shown(version: &Version, query: &Query, answer: Answer) -> Answer {
    let details = &version.details;
    let meta = &details.meta;
    let own = [
        ("content-type", "response-content-type", meta.content_type.as_deref()),
        ("content-encoding", "response-content-encoding", meta.content_encoding.as_deref()),
        ("content-language", "response-content-language", meta.content_language.as_deref()),
        (
            "content-disposition",
            "response-content-disposition",
            meta.content_disposition.as_deref(),
        ),
        ("cache-control", "response-cache-control", meta.cache_control.as_deref()),
        ("expires", "response-expires", meta.expires.as_deref()),
    ];
    let mut answer = answer
        .with("etag", format!("\"{}\"", details.etag))
        .with("last-modified", http_date(details.modified_at))
        .with("accept-ranges", "bytes")
        .with("content-type", CONTENT_TYPE);
    for (name, parameter, value) in own {
        answer = answer.with_some(name, query.get(parameter).or(value));
    }
    for (name, value) in &meta.user {
        answer = answer.with(&format!("{USER}{name}"), value);
    }
    match details.tags.len() {
        0 => answer,
        count => answer.with("x-amz-tagging-count", count.to_string()),
    }
}

/// The headers of an object's checksums.
pub(super) fn checksums(version: &Version, answer: Answer) -> Answer {
    let details = &version.details;
    let mut answer = answer;
    for checksum in &details.checksums {
        answer = answer
            .with(&checksum_header(checksum.algorithm), &checksum.value)
            .with("x-amz-checksum-type", details.checksum_type.name());
    }
    answer
}

pub(super) fn checksum_header(algorithm: objects::Algorithm) -> String {
    format!("x-amz-checksum-{}", algorithm.name().to_ascii_lowercase())
}
