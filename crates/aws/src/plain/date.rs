//! The `date` of answers, which is written anew once a second.

use stdx::clock::UnixMillis;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// RFC 9110 §5.6.7.
const FORMAT: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

#[derive(Debug, Default)]
pub(super) struct Date {
    second: u64,
    text: String,
}

impl Date {
    pub(super) fn at(&mut self, now: UnixMillis) -> &str {
        let second = now / 1000;
        if self.text.is_empty() || self.second != second {
            let time = i64::try_from(second).ok().map(OffsetDateTime::from_unix_timestamp);
            let time = time.and_then(Result::ok).unwrap_or(OffsetDateTime::UNIX_EPOCH);
            self.text = time.format(FORMAT).expect("a time of four-digit year has this form");
            self.second = second;
        }
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_second() {
        let mut date = Date::default();
        assert_eq!(date.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(date.at(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date.at(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date.at(784_111_778_000), "Sun, 06 Nov 1994 08:49:38 GMT");
        assert_eq!(date.at(u64::MAX), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
