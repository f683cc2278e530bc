//! `Range`: which bytes of an object are asked for.

use std::ops::Range;

use crate::error::AwsError;

/// The bytes that are asked for, if some are: what is no range, or several, asks for all.
pub(super) fn read(header: Option<&str>, bytes: u64) -> Result<Option<Range<u64>>, AwsError> {
    let Some((start, end)) = header.and_then(parts) else { return Ok(None) };
    let unsatisfiable = || {
        AwsError::new(416, "InvalidRange", "The requested range is not satisfiable")
            .told("RangeRequested", header.unwrap_or_default())
            .told("ActualObjectSize", bytes.to_string())
    };
    let range = match (start, end) {
        (None, None) => return Ok(None),
        (Some(start), None) => start..bytes,
        (Some(start), Some(end)) if end < start => return Ok(None),
        (Some(start), Some(end)) => start..end.saturating_add(1).min(bytes),
        (None, Some(last)) => bytes.saturating_sub(last)..bytes,
    };
    if range.start < range.end { Ok(Some(range)) } else { Err(unsatisfiable()) }
}

/// First and last of `bytes=0-99`, of which one may be missing.
fn parts(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (start, end) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(Some(digits.parse().unwrap_or(u64::MAX)))
        }
        _ => None,
    };
    Some((number(start)?, number(end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lie_within_the_object() {
        for (header, expected) in [
            ("bytes=0-0", Some(0..1)),
            ("bytes=2-", Some(2..10)),
            ("bytes=2-99", Some(2..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=5-4", None),
            ("bytes=-", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(read(Some(header), 10).expect("satisfied"), expected, "{header}");
        }
        for header in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(read(Some(header), 10).expect_err(header).status, 416);
        }
        assert_eq!(read(Some("bytes=0-"), 0).expect_err("empty").status, 416);
        assert_eq!(read(None, 10).expect("all"), None);
    }
}
