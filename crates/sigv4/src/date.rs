//! `20150830T123600Z`, the only form of time that Signature Version 4 knows.

use stdx::clock::UnixMillis;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, Month, OffsetDateTime, Time};

const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// The time that a text of this form tells. Each request has one, so it is read by hand.
pub(crate) fn parse(text: &str) -> Option<UnixMillis> {
    let bytes: &[u8; 16] = text.as_bytes().try_into().ok()?;
    if bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number: u16, byte| {
            Some(number * 10 + u16::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?))
        })
    };
    let small = |at: usize| Some(number(&bytes[at..at + 2])? as u8);
    let month = Month::try_from(small(4)?).ok()?;
    let date = Date::from_calendar_date(number(&bytes[..4])?.into(), month, small(6)?).ok()?;
    let time = Time::from_hms(small(9)?, small(11)?, small(13)?).ok()?;
    let seconds = date.with_time(time).assume_utc().unix_timestamp();
    u64::try_from(seconds).ok()?.checked_mul(1000)
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
        assert_eq!(parse("20240229T235959Z"), Some(1_709_251_199_000));
        for text in [
            "",
            "20150830",
            "2015-08-30T12:36:00Z",
            "20150830T123600",
            "20151330T123600Z",
            "20150229T123600Z",
            "20150830T243600Z",
            "20150830T126000Z",
            "20150830T123660Z",
            "2015083aT123600Z",
            "+0150830T123600Z",
            "19690830T123600Z",
            "2015083éT12360Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
