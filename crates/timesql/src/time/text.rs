//! Times as Timestream writes them, and the texts that it reads as times.

use super::civil::{Date, Moment, nanos_of};
use super::{DAY, SECOND};

/// `2024-01-01 00:00:00.000000000`
pub(crate) fn timestamp(nanos: i64) -> String {
    format!("{} {}", date(nanos.div_euclid(DAY)), time(nanos.rem_euclid(DAY)))
}

/// `2024-01-01`
pub(crate) fn date(days: i64) -> String {
    let Date { year, month, day } = Date::of_days(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `13:30:00.000000000`
pub(crate) fn time(of_day: i64) -> String {
    let Moment { hour, minute, second, nanos, .. } = Moment::of_nanos(of_day);
    format!("{hour:02}:{minute:02}:{second:02}.{nanos:09}")
}

/// `1 02:03:04.000000000`
pub(crate) fn day_to_second(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let all = nanos.unsigned_abs();
    let second = SECOND.unsigned_abs();
    let (days, hours) = (all / (86_400 * second), all / (3_600 * second) % 24);
    let (minutes, seconds) = (all / (60 * second) % 60, all / second % 60);
    format!("{sign}{days} {hours:02}:{minutes:02}:{seconds:02}.{:09}", all % second)
}

/// `1-2`
pub(crate) fn year_to_month(months: i64) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let all = months.unsigned_abs();
    format!("{sign}{}-{}", all / 12, all % 12)
}

/// Reads `2024-01-01 00:00:00.123`, its date alone, or the form of ISO 8601; offsets are taken off.
pub(crate) fn parse_timestamp(text: &str) -> Option<i64> {
    let text = text.trim();
    let (date, rest) = cut_date(text)?;
    let days = date.days();
    if rest.is_empty() {
        return nanos_of(days, 0);
    }
    let rest = rest.strip_prefix([' ', 'T', 't'])?;
    let (clock, offset) = cut_offset(rest.trim_start())?;
    nanos_of(days, parse_time(clock)?.checked_sub(offset)?)
}

/// Reads `2024-01-01`.
pub(crate) fn parse_date(text: &str) -> Option<i64> {
    let (date, rest) = cut_date(text.trim())?;
    rest.is_empty().then(|| date.days())
}

fn cut_date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4, 6)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    Some((Date::checked(year, month, day)?, rest))
}

/// Reads `13:30`, `13:30:01`, `13:30:01.5`.
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let (hour, rest) = digits(text, 1, 2)?;
    let (minute, rest) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 1, 2)?,
        None if rest.is_empty() => (0, rest),
        None => return None,
    };
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 1, 2)?,
        None => (0, rest),
    };
    let nanos = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => nanos_of_fraction(fraction)?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    let is_of_day = hour < 24 && minute < 60 && second < 60;
    is_of_day.then_some(((hour * 60 + minute) * 60 + second) * SECOND + nanos)
}

fn nanos_of_fraction(fraction: &str) -> Option<i64> {
    let is_known = (1..=9).contains(&fraction.len()) && is_digits(fraction);
    is_known.then(|| format!("{fraction:0<9}").parse().ok()).flatten()
}

/// The clock, and the offset that follows it in nanoseconds: `Z`, `+01:00`, ` UTC`.
fn cut_offset(text: &str) -> Option<(&str, i64)> {
    for zone in ["Z", "z", " UTC", " utc", " Z"] {
        if let Some(clock) = text.strip_suffix(zone) {
            return Some((clock, 0));
        }
    }
    let Some(place) = text.rfind(['+', '-']) else { return Some((text, 0)) };
    let (clock, offset) = text.split_at(place);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, rest) = digits(&offset[1..], 2, 2)?;
    let (minutes, rest) = match rest.strip_prefix(':').unwrap_or(rest) {
        "" => (0, ""),
        rest => digits(rest, 2, 2)?,
    };
    let is_known = rest.is_empty() && hours < 24 && minutes < 60;
    is_known.then_some((clock.trim_end(), sign * (hours * 60 + minutes) * 60 * SECOND))
}

/// A number of so many digits, and what follows it.
pub(crate) fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(count);
    (count >= least).then(|| number.parse().ok().map(|number| (number, rest))).flatten()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_they_are_written() {
        for nanos in [0, 1, -1, 1_704_067_200_000_000_000, i64::MIN, i64::MAX] {
            assert_eq!(parse_timestamp(&timestamp(nanos)), Some(nanos));
        }
        assert_eq!(timestamp(0), "1970-01-01 00:00:00.000000000");
        assert_eq!(day_to_second(-93_784_000_000_005), "-1 02:03:04.000000005");
        assert_eq!(year_to_month(14), "1-2");
    }

    #[test]
    fn other_forms_of_times_are_read() {
        let day = 19_723 * DAY;
        for (text, nanos) in [
            ("2024-01-01", Some(day)),
            ("2024-01-01 01:00", Some(day + 3_600 * SECOND)),
            ("2024-01-01T01:00:00.5Z", Some(day + 3_600 * SECOND + SECOND / 2)),
            ("2024-01-01T01:00:00+01:00", Some(day)),
            ("2024-01-01 01:00:00.123456789 UTC", Some(day + 3_600 * SECOND + 123_456_789)),
            ("2024-02-30", None),
            ("2024-01-01 25:00", None),
            ("yesterday", None),
        ] {
            assert_eq!(parse_timestamp(text), nanos, "{text}");
        }
    }
}
