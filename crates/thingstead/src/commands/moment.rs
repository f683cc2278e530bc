//! Times as people type them: how long ago, or a date.

use anyhow::{Result, bail};

/// Seconds in each unit.
const UNITS: [(char, u64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];

/// `2h` ago, or `2026-11-21T14:30:00Z`, in milliseconds since the epoch.
pub(crate) fn read(text: &str, now: u64) -> Result<u64> {
    if let Some(millis) = ago(text) {
        return Ok(now.saturating_sub(millis));
    }
    match date(text) {
        Some(millis) => Ok(millis),
        None => bail!(
            "{text:?} is no time: write how long ago, as 90s, 30m, 2h or 7d, or a date, as \
             2026-11-21T14:30:00Z"
        ),
    }
}

fn ago(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let (_, secs) = UNITS.iter().find(|(known, _)| *known == unit)?;
    let count: u64 = text[..text.len() - 1].parse().ok()?;
    count.checked_mul(secs * 1_000)
}

/// In UTC, to the second.
fn date(text: &str) -> Option<u64> {
    let text = text.strip_suffix('Z')?;
    let is_shaped = text.len() == 19
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
    if !is_shaped {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<u64>().ok();
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let is_real = year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_real || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let secs = (day_of(year, month, day) * 24 + hour) * 3_600 + minute * 60 + second;
    Some(secs * 1_000)
}

/// Days since 1970, counted in years that begin in March, so that leap days come last.
fn day_of(year: u64, month: u64, day: u64) -> u64 {
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::when;

    const NOW: u64 = 1_795_132_800_000;

    #[test]
    fn a_time_is_how_long_ago_or_a_date() {
        for (text, millis) in [
            ("90s", NOW - 90_000),
            ("30m", NOW - 1_800_000),
            ("2h", NOW - 7_200_000),
            ("7d", NOW - 604_800_000),
            ("0s", NOW),
            ("2000-02-29T12:34:56Z", 951_827_696_000),
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-20T00:00:00Z", NOW),
        ] {
            assert_eq!(read(text, NOW).expect(text), millis, "{text}");
        }
        for text in ["", "2", "h", "-2h", "2w", "2026-11-20", "2026-13-20T00:00:00Z", "1é"] {
            read(text, NOW).expect_err(text);
        }
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        for day in 0..30_000 {
            let shown = when(day * 86_400_000).replace(".000Z", "Z");
            assert_eq!(read(&shown, 0).expect("a date"), day * 86_400_000, "{shown}");
        }
    }
}
