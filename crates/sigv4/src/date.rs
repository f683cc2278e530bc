//! `20150830T123600Z`, the only form of time that Signature Version 4 knows.

use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::PrimitiveDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// The time that a text of this form tells.
pub(crate) fn parse(text: &str) -> Option<UnixMillis> {
    let time = PrimitiveDateTime::parse(text, FORMAT).ok()?.assume_utc();
    u64::try_from(time.unix_timestamp()).ok()?.checked_mul(1000)
}

/// Times after the year 9999 have no such form and are told as the epoch, which no one accepts.
pub(crate) fn format(now: UnixMillis) -> String {
    let seconds = i64::try_from(now / 1000).unwrap_or_default();
    let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(FORMAT).expect("a time of four-digit year has this form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_seconds_both_ways() {
        assert_eq!(parse("20150830T123600Z"), Some(1_440_938_160_000));
        assert_eq!(format(1_440_938_160_999), "20150830T123600Z");
        assert_eq!(format(u64::MAX), "19700101T000000Z");
        for text in ["", "20150830", "2015-08-30T12:36:00Z", "20150830T123600", "20151330T123600Z"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
