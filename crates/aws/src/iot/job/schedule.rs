//! When a job begins and ends, as AWS writes it: `2026-12-24T18:00`, in UTC unless it says
//! otherwise.

use jobs::{EndBehavior, Schedule};
use serde::{Deserialize, Serialize};

use crate::error::AwsError;
use crate::iot::job::shape::{NO_WINDOWS, refuse};

const MINUTE_MILLIS: i64 = 60_000;
const DAY_MILLIS: i64 = 24 * 60 * MINUTE_MILLIS;

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Scheduling {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_behavior: Option<End>,
    #[serde(skip_serializing)]
    maintenance_windows: Option<serde_json::Value>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum End {
    StopRollout,
    Cancel,
    ForceCancel,
}

impl Scheduling {
    pub(crate) fn read(&self) -> Result<Schedule, AwsError> {
        refuse("maintenanceWindows", NO_WINDOWS, self.maintenance_windows.as_ref())?;
        let time = |field: &str, text: &Option<String>| {
            let time = |text: &String| {
                parse(text).ok_or_else(|| {
                    let message = format!("{field} {text:?} is not YYYY-MM-DDTHH:MM");
                    AwsError::invalid_request(message)
                })
            };
            text.as_ref().map(time).transpose()
        };
        let end_behavior = self.end_behavior.map(|behavior| match behavior {
            End::StopRollout => EndBehavior::StopRollout,
            End::Cancel => EndBehavior::Cancel,
            End::ForceCancel => EndBehavior::ForceCancel,
        });
        Ok(Schedule {
            start_at: time("startTime", &self.start_time)?,
            end_at: time("endTime", &self.end_time)?,
            end_behavior,
        })
    }

    /// Nothing of a job that began at once and ends by itself.
    pub(crate) fn show(schedule: &Schedule) -> Option<Scheduling> {
        if *schedule == Schedule::default() {
            return None;
        }
        let end_behavior = schedule.end_behavior.map(|behavior| match behavior {
            EndBehavior::StopRollout => End::StopRollout,
            EndBehavior::Cancel => End::Cancel,
            EndBehavior::ForceCancel => End::ForceCancel,
        });
        Some(Scheduling {
            start_time: schedule.start_at.map(write),
            end_time: schedule.end_at.map(write),
            end_behavior,
            maintenance_windows: None,
        })
    }
}

/// `YYYY-MM-DDTHH:MM`, with seconds or not, with `Z` or an offset or not.
fn parse(text: &str) -> Option<u64> {
    let (date, rest) = text.split_once(['T', ' '])?;
    let at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(at);
    let [year, month, day] = numbers(date, '-')?.try_into().ok()?;
    let clock = numbers(clock.split('.').next()?, ':')?;
    let (hour, minute, second) = match clock[..] {
        [hour, minute] => (hour, minute, 0),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let is_date = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 59 || !(1970..=9999).contains(&year) {
        return None;
    }
    let minutes = hour * 60 + minute - offset_minutes(zone)?;
    let millis =
        days_since_1970(year, month, day) * DAY_MILLIS + minutes * MINUTE_MILLIS + second * 1_000;
    u64::try_from(millis).ok()
}

fn offset_minutes(zone: &str) -> Option<i64> {
    let sign = match zone.chars().next() {
        None | Some('Z') if zone.len() <= 1 => return Some(0),
        Some('+') => 1,
        Some('-') => -1,
        _ => return None,
    };
    match numbers(&zone[1..], ':')?[..] {
        [hours, minutes] if hours <= 18 && minutes <= 59 => Some(sign * (hours * 60 + minutes)),
        _ => None,
    }
}

fn numbers(text: &str, between: char) -> Option<Vec<i64>> {
    let number = |part: &str| {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|_| is_number)
    };
    text.split(between).map(number).collect()
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let months: i64 = (1..month).map(|month| days_of(year, month)).sum();
    years + months + day - 1
}

fn write(millis: u64) -> String {
    let (mut days, rest) = (millis / 86_400_000, millis % 86_400_000 / 1_000);
    let (mut year, mut month) = (1970, 1);
    loop {
        let of_year = if is_leap(year) { 366 } else { 365 };
        if days < of_year {
            break;
        }
        (days, year) = (days - of_year, year + 1);
    }
    loop {
        let of_month = u64::try_from(days_of(year, month)).unwrap_or_default();
        if days < of_month {
            break;
        }
        (days, month) = (days - of_month, month + 1);
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    let seconds = if second == 0 { String::new() } else { format!(":{second:02}") };
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}{seconds}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let at = 1_795_132_800_000;
        for text in [
            "2026-11-20T00:00",
            "2026-11-20 00:00",
            "2026-11-20T00:00:00Z",
            "2026-11-20T00:00:00.000Z",
            "2026-11-20T02:30+02:30",
            "2026-11-19T19:00:00-05:00",
        ] {
            assert_eq!(parse(text), Some(at), "{text}");
        }
        assert_eq!(write(at), "2026-11-20T00:00");
        for at in [0, 951_827_640_000, 1_709_164_800_000, 4_102_444_799_000] {
            assert_eq!(parse(&write(at)), Some(at), "{}", write(at));
        }
        for text in [
            "",
            "2026-11-20",
            "2026-02-29T00:00",
            "2026-13-01T00:00",
            "2026-11-20T24:00",
            "2026-11-20T00:00X",
            "2026-11-20T00",
            "2026-11-20T00:00+2",
            "soon",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
