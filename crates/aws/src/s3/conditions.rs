//! Conditions of reads and of copies: `If-Match` and its kin, in the order of RFC 9110 §13.2.2.

use http::HeaderMap;
use objects::{Condition, Tagged, Version};

use crate::error::AwsError;
use crate::s3::ask::header;
use crate::s3::row::not_implemented;
use crate::s3::words::precondition_failed;
use crate::s3::writer::{http_date, parse_http_date};

/// What follows from conditions that do not hold.
enum Unmet {
    Failed(&'static str),
    NotModified,
}

/// The names of the four conditions: of a read, or of what is copied.
const OF_READ: [&str; 4] =
    ["if-match", "if-unmodified-since", "if-none-match", "if-modified-since"];
const OF_SOURCE: [&str; 4] = [
    "x-amz-copy-source-if-match",
    "x-amz-copy-source-if-unmodified-since",
    "x-amz-copy-source-if-none-match",
    "x-amz-copy-source-if-modified-since",
];

pub(super) fn check_read(headers: &HeaderMap, version: &Version) -> Result<(), AwsError> {
    match unmet(headers, OF_READ, version) {
        None => Ok(()),
        Some(Unmet::Failed(condition)) => Err(precondition_failed(condition)),
        Some(Unmet::NotModified) => {
            let details = &version.details;
            Err(AwsError::new(304, "NotModified", "Not Modified")
                .told("etag", format!("\"{}\"", details.etag))
                .told("last-modified", http_date(details.modified_at)))
        }
    }
}

pub(super) fn check_source(headers: &HeaderMap, version: &Version) -> Result<(), AwsError> {
    match unmet(headers, OF_SOURCE, version) {
        None => Ok(()),
        Some(Unmet::Failed(condition)) => Err(precondition_failed(condition)),
        Some(Unmet::NotModified) => Err(precondition_failed("x-amz-copy-source-If-None-Match")),
    }
}

fn unmet(headers: &HeaderMap, names: [&str; 4], version: &Version) -> Option<Unmet> {
    let [matching, unmodified, none, modified] = names.map(|name| header(headers, name));
    let etag = &version.details.etag;
    let is_one_of = |list: &str| {
        list.split(',').any(|tag| Tagged::read(tag.trim().trim_start_matches("W/")).is(etag))
    };
    // Headers know seconds only; a date that cannot be read says nothing.
    let changed_at = version.details.modified_at / 1000 * 1000;
    let is_later = |text: &str| parse_http_date(text).map(|since| changed_at > since);
    match (matching, unmodified.and_then(is_later)) {
        (Some(list), _) if !is_one_of(list) => return Some(Unmet::Failed("If-Match")),
        (None, Some(true)) => return Some(Unmet::Failed("If-Unmodified-Since")),
        _ => {}
    }
    match (none, modified.and_then(is_later)) {
        (Some(list), _) if is_one_of(list) => Some(Unmet::NotModified),
        (None, Some(false)) => Some(Unmet::NotModified),
        _ => None,
    }
}

/// The conditions of a write.
pub(super) fn of_write(headers: &HeaderMap) -> Result<Condition, AwsError> {
    let if_none = match header(headers, "if-none-match") {
        None => false,
        Some("*") => true,
        Some(_) => {
            let what = "If-None-Match of a write is not supported with a value other than *";
            return Err(not_implemented(what));
        }
    };
    Ok(Condition { if_match: header(headers, "if-match").map(Tagged::read), if_none })
}
