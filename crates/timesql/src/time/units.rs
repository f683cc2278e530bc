//! Units of time: rounding down to one, counting them, adding them.

use super::civil::{Date, Moment, day_of_week, nanos_of};
use super::{DAY, SECOND};
use crate::error::Failure;

/// A unit as functions name it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unit {
    /// Of a fixed length in nanoseconds.
    Fixed(i64),
    /// Of that many months.
    Months(i64),
}

pub(crate) fn unit(name: &str) -> Result<Unit, Failure> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "nanosecond" => Unit::Fixed(1),
        "microsecond" => Unit::Fixed(1_000),
        "millisecond" => Unit::Fixed(1_000_000),
        "second" => Unit::Fixed(SECOND),
        "minute" => Unit::Fixed(60 * SECOND),
        "hour" => Unit::Fixed(3_600 * SECOND),
        "day" => Unit::Fixed(DAY),
        "week" => Unit::Fixed(7 * DAY),
        "month" => Unit::Months(1),
        "quarter" => Unit::Months(3),
        "year" => Unit::Months(12),
        _ => return Err(Failure::new(format!("'{name}' is not a valid TIMESTAMP field"))),
    })
}

fn out_of_range() -> Failure {
    Failure::new("timestamp is out of range")
}

/// Down to the beginning of the unit; weeks begin on Monday.
pub(crate) fn truncate(nanos: i64, unit: Unit) -> Result<i64, Failure> {
    match unit {
        Unit::Fixed(length) if length == 7 * DAY => {
            let days = nanos.div_euclid(DAY);
            nanos_of(days - (day_of_week(days) - 1), 0).ok_or_else(out_of_range)
        }
        Unit::Fixed(length) => bin(nanos, length),
        Unit::Months(count) => {
            let date = Moment::of_nanos(nanos).date;
            let month = (date.month - 1) / count * count + 1;
            nanos_of(Date { month, day: 1, ..date }.days(), 0).ok_or_else(out_of_range)
        }
    }
}

/// Down to a multiple of the length, counted from 1970.
pub(crate) fn bin(nanos: i64, length: i64) -> Result<i64, Failure> {
    if length <= 0 {
        return Err(Failure::new("bin width must be greater than zero"));
    }
    nanos.checked_sub(nanos.rem_euclid(length)).ok_or_else(out_of_range)
}

/// Down to a multiple of so many months, counted from January 1970.
pub(crate) fn bin_months(nanos: i64, months: i64) -> Result<i64, Failure> {
    if months <= 0 {
        return Err(Failure::new("bin width must be greater than zero"));
    }
    let date = Moment::of_nanos(nanos).date;
    let all = (date.year - 1970) * 12 + date.month - 1;
    let start = Date { year: 1970, month: 1, day: 1 }.plus_months(all.div_euclid(months) * months);
    start.and_then(|start| nanos_of(start.days(), 0)).ok_or_else(out_of_range)
}

pub(crate) fn add(nanos: i64, count: i64, unit: Unit) -> Result<i64, Failure> {
    let sum = match unit {
        Unit::Fixed(length) => count.checked_mul(length).and_then(|more| nanos.checked_add(more)),
        Unit::Months(months) => count.checked_mul(months).and_then(|more| plus_months(nanos, more)),
    };
    sum.ok_or_else(out_of_range)
}

pub(crate) fn plus_months(nanos: i64, months: i64) -> Option<i64> {
    let date = Date::of_days(nanos.div_euclid(DAY)).plus_months(months)?;
    nanos_of(date.days(), nanos.rem_euclid(DAY))
}

/// How many whole units lie between.
pub(crate) fn difference(from: i64, until: i64, unit: Unit) -> Result<i64, Failure> {
    match unit {
        Unit::Fixed(length) => until.checked_sub(from).map(|nanos| nanos / length),
        Unit::Months(count) => Some(months_between(from, until) / count),
    }
    .ok_or_else(out_of_range)
}

fn months_between(from: i64, until: i64) -> i64 {
    if from > until {
        return -months_between(until, from);
    }
    let (start, end) = (Moment::of_nanos(from).date, Moment::of_nanos(until).date);
    let months = (end.year - start.year) * 12 + end.month - start.month;
    // The last month is whole when its day and hour are reached.
    let is_short = plus_months(from, months).is_none_or(|reached| reached > until);
    months - i64::from(is_short)
}

/// A part of a time, for `extract` and the functions of the parts' names.
pub(crate) fn field(nanos: i64, name: &str) -> Option<i64> {
    let Moment { date, hour, minute, second, nanos: fraction } = Moment::of_nanos(nanos);
    Some(match name {
        "year" => date.year,
        "quarter" => (date.month - 1) / 3 + 1,
        "month" => date.month,
        "week" | "week_of_year" => date.iso_week().1,
        "day" | "day_of_month" => date.day,
        "day_of_week" | "dow" => day_of_week(nanos.div_euclid(DAY)),
        "day_of_year" | "doy" => date.day_of_year(),
        "year_of_week" | "yow" => date.iso_week().0,
        "hour" => hour,
        "minute" => minute,
        "second" => second,
        "millisecond" => fraction / 1_000_000,
        "microsecond" => fraction / 1_000,
        "nanosecond" => fraction,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::text::{parse_timestamp, timestamp};
    use super::*;

    #[test]
    fn times_are_rounded_down_to_units() {
        let nanos = parse_timestamp("2024-05-16 13:47:59.123").expect("a time");
        for (name, start) in [
            ("second", "2024-05-16 13:47:59"),
            ("hour", "2024-05-16 13:00:00"),
            ("day", "2024-05-16 00:00:00"),
            ("week", "2024-05-13 00:00:00"),
            ("month", "2024-05-01 00:00:00"),
            ("quarter", "2024-04-01 00:00:00"),
            ("year", "2024-01-01 00:00:00"),
        ] {
            let found = truncate(nanos, unit(name).expect("a unit")).expect("in range");
            assert_eq!(timestamp(found), format!("{start}.000000000"), "{name}");
        }
        assert_eq!(bin(-1, 10), Ok(-10));
    }

    #[test]
    fn differences_count_whole_units() {
        let time = |text| parse_timestamp(text).expect("a time");
        let month = unit("month").expect("a unit");
        for (from, until, months) in [
            ("2024-01-31", "2024-02-29", 1),
            ("2024-01-15 12:00", "2024-02-15 11:59", 0),
            ("2024-03-01", "2024-01-01", -2),
        ] {
            assert_eq!(difference(time(from), time(until), month), Ok(months), "{from} {until}");
        }
    }
}
