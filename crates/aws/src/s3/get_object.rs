//! GetObject and HeadObject: the same, but for the body.

use std::ops::Range;

use objects::{Found, Versioning};

use crate::body::Body;
use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::conditions::check_read;
use crate::s3::meta;
use crate::s3::range;
use crate::s3::row::{On, Operation};
use crate::s3::words::{invalid_argument, invalid_request};

pub(super) struct GetObject;
pub(super) struct HeadObject;

impl Operation for GetObject {
    const NAME: &'static str = "GetObject";
    const METHOD: &'static str = "GET";
    const ON: On = On::Object;
    const ACTION: &'static str = "GetObject";
    const VERSION_ACTION: &'static str = "GetObjectVersion";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (mut answer, found, range) = head(&ask)?;
        let bytes = range.end - range.start;
        let reader = ask.objects().read(found, range).map_err(ask.refused())?;
        answer.body = Body::read(reader, bytes);
        Ok(answer)
    }
}

impl Operation for HeadObject {
    const NAME: &'static str = "HeadObject";
    const METHOD: &'static str = "HEAD";
    const ON: On = On::Object;
    const ACTION: &'static str = "GetObject";
    const VERSION_ACTION: &'static str = "GetObjectVersion";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (answer, _, range) = head(&ask)?;
        Ok(answer.with("content-length", (range.end - range.start).to_string()))
    }
}

/// Everything but the body, and which bytes that has.
fn head(ask: &Ask) -> Result<(Answer, Found, Range<u64>), AwsError> {
    let query = &ask.query;
    let replaces =
        ["type", "encoding", "language", "disposition"].map(|it| format!("response-content-{it}"));
    let is_replacing = replaces.iter().any(|name| query.has(name))
        || query.has("response-cache-control")
        || query.has("response-expires");
    if is_replacing && ask.permit.login.is_none() {
        let message =
            "Request specific response headers cannot be used for anonymous GET requests.";
        return Err(invalid_request(message));
    }
    let (bucket, key) = (ask.bucket_name()?, ask.key()?);
    let found = ask.objects().find(&bucket, &key, ask.version()?).map_err(ask.unread())?;
    check_read(ask.headers(), &found.version)?;
    let bytes = found.version.details.bytes;
    let (range, parts) = match query.number::<u16>("partNumber")? {
        Some(_) if ask.header("range").is_some() => {
            return Err(invalid_request(
                "Cannot specify both Range header and partNumber query parameter",
            ));
        }
        Some(number) => part(ask, &found, number)?,
        None => (range::read(ask.header("range"), bytes)?, None),
    };
    let mut answer = meta::shown(&found.version, query, Answer::ok());
    let is_whole = range.as_ref().is_none_or(|range| *range == (0..bytes));
    if ask.header("x-amz-checksum-mode") == Some("ENABLED") && is_whole {
        answer = meta::checksums(&found.version, answer);
    }
    if ask.bucket()?.versioning != Versioning::Unversioned {
        let id = found.version.id().unwrap_or_else(|| "null".to_owned());
        answer = answer.with("x-amz-version-id", id);
    }
    answer = answer.with_some("x-amz-mp-parts-count", parts.map(|parts| parts.to_string()));
    let range = match range {
        None => 0..bytes,
        Some(range) => {
            answer.status = http::StatusCode::PARTIAL_CONTENT;
            let last = range.end.saturating_sub(1);
            answer = answer.with("content-range", format!("bytes {}-{last}/{bytes}", range.start));
            range
        }
    };
    Ok((answer, found, range))
}

/// The bytes of a part, and how many parts there are.
fn part(
    ask: &Ask,
    found: &Found,
    number: u16,
) -> Result<(Option<Range<u64>>, Option<u16>), AwsError> {
    let details = &found.version.details;
    let wrong = || {
        AwsError::new(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
            .told("PartNumberRequested", number.to_string())
            .told("ActualPartCount", details.parts.unwrap_or(1).to_string())
    };
    if number == 0 {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        return Err(invalid_argument("partNumber", "0", message));
    }
    let Some(count) = details.parts else {
        return match number {
            1 if details.bytes == 0 => Ok((None, None)),
            1 => Ok((Some(0..details.bytes), None)),
            _ => Err(wrong()),
        };
    };
    let mut start = 0;
    for (place, part) in (1..).zip(ask.objects().parts_of(found).map_err(ask.refused())?) {
        if place == number {
            return Ok((Some(start..start + part.bytes), Some(count)));
        }
        start += part.bytes;
    }
    Err(wrong())
}
