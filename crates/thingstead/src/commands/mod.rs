//! The commands that ask a running server, one file each.

pub(crate) mod backup;
pub(crate) mod console;
mod csv;
pub(crate) mod deploy;
pub(crate) mod destroy;
pub(crate) mod device;
pub(crate) mod doctor;
pub(crate) mod env;
pub(crate) mod explain;
pub(crate) mod export;
mod fleet;
pub(crate) mod import;
pub(crate) mod jobs;
pub(crate) mod logs;
pub(crate) mod moment;
mod parquet;
pub(crate) mod record;
pub(crate) mod recorded;
pub(crate) mod replay;
pub(crate) mod rule;
pub(crate) mod series;
pub(crate) mod story;
pub(crate) mod tail;

use std::io::Write;

use anyhow::{Context, Result};
use serde_json::Value;

/// Prints a line; the one place that writes to standard output.
pub(crate) fn say(line: impl AsRef<str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", line.as_ref()).context("standard output is closed")?;
    out.flush().context("standard output is closed")
}

/// Prints an answer as JSON.
pub(crate) fn say_json(value: &Value) -> Result<()> {
    say(serde_json::to_string_pretty(value)?)
}

/// A text of an answer; empty if it has none.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// Milliseconds since the epoch as people read them.
pub(crate) fn when(millis: u64) -> String {
    let (secs, millis) = (millis / 1_000, millis % 1_000);
    let (days, rest) = (secs / 86_400, secs % 86_400);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    let (year, month, day) = date_of(days);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// The date of a day since 1970, counted in years that begin in March, so that leap days come last.
fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_dates() {
        assert_eq!(when(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(when(951_827_696_789), "2000-02-29T12:34:56.789Z");
        assert_eq!(when(1_795_132_800_000), "2026-11-20T00:00:00.000Z");
    }
}
