//! Times as XML has them.

use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// `2026-11-21T10:00:00Z`
pub(crate) fn iso_8601(at: UnixMillis) -> String {
    let seconds = i64::try_from(at / 1000).unwrap_or_default();
    let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

/// `2026-11-21T10:00:00.125Z`
pub(crate) fn iso_8601_millis(at: UnixMillis) -> String {
    let seconds = iso_8601(at);
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), at % 1000)
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_of_whole_seconds_or_of_thousandths() {
        assert_eq!(super::iso_8601(1_790_000_000_999), "2026-09-21T14:13:20Z");
        assert_eq!(super::iso_8601_millis(1_790_000_000_009), "2026-09-21T14:13:20.009Z");
        assert_eq!(super::iso_8601(u64::MAX), "1970-01-01T00:00:00Z");
    }
}
