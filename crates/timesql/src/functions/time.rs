//! Functions of times.

use super::{Call, Site};
use crate::error::Failure;
use crate::time::{DAY, SECOND, format, text, units};
use crate::value::Value;

macro_rules! fields {
    ($($name:literal)*) => {
        &[$(
            (concat!($name, "(timestamp) bigint"), |_, v| field(v[0].int(), $name)),
            (concat!($name, "(date) bigint"), |_, v| field(v[0].int().saturating_mul(DAY), $name)),
            (concat!($name, "(time) bigint"), |_, v| field(v[0].int(), $name)),
            (concat!($name, "(interval) bigint"), |_, v| interval_field(v[0].int(), $name)),
            (concat!($name, "(months) bigint"), |_, v| months_field(v[0].int(), $name)),
        )*]
    };
}

/// The parts of times, each a function.
pub(super) const FIELDS: &[(&str, Call)] = fields! {
    "year" "quarter" "month" "week" "week_of_year" "day" "day_of_month" "day_of_week" "dow"
    "day_of_year" "doy" "year_of_week" "yow" "hour" "minute" "second" "millisecond"
};

pub(super) const TABLE: &[(&str, Call)] = &[
    ("now() timestamp", |site, _| Ok(Value::Int(site.now))),
    ("current_timestamp() timestamp", |site, _| Ok(Value::Int(site.now))),
    ("localtimestamp() timestamp", |site, _| Ok(Value::Int(site.now))),
    ("current_timezone() varchar", |_, _| Ok(Value::text("UTC"))),
    ("current_date() date", |site, _| Ok(Value::Int(site.now.div_euclid(DAY)))),
    ("current_time() time", |site, _| Ok(Value::Int(site.now.rem_euclid(DAY)))),
    ("localtime() time", |site, _| Ok(Value::Int(site.now.rem_euclid(DAY)))),
    ("ago(interval) timestamp", |site, v| counted(site.now.checked_sub(v[0].int()))),
    ("ago(months) timestamp", |site, v| counted(units::plus_months(site.now, -v[0].int()))),
    ("bin(timestamp, interval) timestamp", |_, v| {
        units::bin(v[0].int(), v[1].int()).map(Value::Int)
    }),
    ("bin(timestamp, months) timestamp", |_, v| {
        units::bin_months(v[0].int(), v[1].int()).map(Value::Int)
    }),
    ("date_trunc(varchar, timestamp) timestamp", |_, v| {
        units::truncate(v[1].int(), units::unit(v[0].str())?).map(Value::Int)
    }),
    ("date_add(varchar, bigint, timestamp) timestamp", |_, v| {
        units::add(v[2].int(), v[1].int(), units::unit(v[0].str())?).map(Value::Int)
    }),
    ("date_diff(varchar, timestamp, timestamp) bigint", |_, v| {
        units::difference(v[1].int(), v[2].int(), units::unit(v[0].str())?).map(Value::Int)
    }),
    ("date_format(timestamp, varchar) varchar", |_, v| {
        format::format(v[0].int(), v[1].str()).map(Value::text)
    }),
    ("date_parse(varchar, varchar) timestamp", |_, v| {
        format::parse(v[0].str(), v[1].str()).map(Value::Int)
    }),
    ("date(timestamp) date", |_, v| Ok(Value::Int(v[0].int().div_euclid(DAY)))),
    ("date(varchar) date", |_, v| iso_date(v)),
    ("from_iso8601_timestamp(varchar) timestamp", |_, v| {
        let failure = || Failure::new(format!("Invalid format: \"{}\"", v[0].str()));
        text::parse_timestamp(v[0].str()).map(Value::Int).ok_or_else(failure)
    }),
    ("from_iso8601_date(varchar) date", |_, v| iso_date(v)),
    ("to_iso8601(timestamp) varchar", |_, v| {
        Ok(Value::text(text::timestamp(v[0].int()).replacen(' ', "T", 1) + "Z"))
    }),
    ("to_iso8601(date) varchar", |_, v| Ok(Value::text(text::date(v[0].int())))),
    ("from_unixtime(double) timestamp", |_, v| scaled(v[0].double(), SECOND)),
    ("to_unixtime(timestamp) double", |_, v| Ok(Value::Double(v[0].int() as f64 / SECOND as f64))),
    ("from_milliseconds(bigint) timestamp", |_, v| counted(v[0].int().checked_mul(1_000_000))),
    ("from_nanoseconds(bigint) timestamp", |_, v| Ok(v[0].clone())),
    ("to_milliseconds(timestamp) bigint", |_, v| Ok(Value::Int(v[0].int().div_euclid(1_000_000)))),
    ("to_milliseconds(interval) bigint", |_, v| Ok(Value::Int(v[0].int() / 1_000_000))),
    ("to_nanoseconds(timestamp) bigint", |_, v| Ok(v[0].clone())),
    ("to_nanoseconds(interval) bigint", |_, v| Ok(v[0].clone())),
    ("parse_duration(varchar) interval", parse_duration),
    ("human_readable_seconds(double) varchar", |_, v| {
        Ok(Value::text(human_readable(v[0].double())))
    }),
    ("last_day_of_month(timestamp) date", |_, v| last_day(v[0].int().div_euclid(DAY))),
    ("last_day_of_month(date) date", |_, v| last_day(v[0].int())),
];

fn counted(nanos: Option<i64>) -> Result<Value, Failure> {
    nanos.map(Value::Int).ok_or_else(|| Failure::new("timestamp is out of range"))
}

fn scaled(count: f64, factor: i64) -> Result<Value, Failure> {
    let (whole, fraction) = (count.trunc(), count.fract());
    if !count.is_finite() || whole.abs() >= 9.2e9 {
        return counted(None);
    }
    // The fraction apart, so that large counts keep it.
    counted((whole as i64).checked_mul(factor).map(|all| all + (fraction * 1e9).round() as i64))
}

fn field(nanos: i64, name: &str) -> Result<Value, Failure> {
    let missing = || Failure::new(format!("there is no field {name}"));
    units::field(nanos, name).map(Value::Int).ok_or_else(missing)
}

fn interval_field(nanos: i64, name: &str) -> Result<Value, Failure> {
    Ok(Value::Int(match name {
        "day" => nanos / DAY,
        "hour" => nanos / (3_600 * SECOND) % 24,
        "minute" => nanos / (60 * SECOND) % 60,
        "second" => nanos / SECOND % 60,
        "millisecond" => nanos / 1_000_000 % 1_000,
        _ => return Err(Failure::new(format!("an interval has no field {name}"))),
    }))
}

fn months_field(months: i64, name: &str) -> Result<Value, Failure> {
    Ok(Value::Int(match name {
        "year" => months / 12,
        "month" => months % 12,
        _ => return Err(Failure::new(format!("an interval has no field {name}"))),
    }))
}

fn iso_date(v: &[Value]) -> Result<Value, Failure> {
    let failure = || Failure::new(format!("Invalid format: \"{}\"", v[0].str()));
    text::parse_date(v[0].str()).map(Value::Int).ok_or_else(failure)
}

fn last_day(days: i64) -> Result<Value, Failure> {
    use crate::time::civil::{Date, days_of_month};
    let date = Date::of_days(days);
    let last = Date { day: days_of_month(date.year, date.month), ..date };
    Ok(Value::Int(last.days()))
}

/// `42.8ms`, `3.81 d`: a number and a unit.
fn parse_duration(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let written = v[0].str().trim();
    let failure =
        || Failure::new(format!("duration is not a valid data duration string: {written}"));
    let end = written.find(|letter: char| letter.is_ascii_alphabetic()).ok_or_else(failure)?;
    let (count, unit) = written.split_at(end);
    let count: f64 = count.trim().parse().map_err(|_| failure())?;
    let length = match unit {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3_600 * SECOND,
        "d" => DAY,
        _ => return Err(failure()),
    };
    Ok(Value::Int((count * length as f64).round() as i64))
}

/// `1 week, 2 days, 3 hours, 4 minutes, 5 seconds`.
fn human_readable(seconds: f64) -> String {
    let mut rest = seconds.round().abs() as u64;
    let mut parts = Vec::new();
    for (length, name) in
        [(604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")]
    {
        let count = rest / length;
        rest %= length;
        if count > 0 || (length == 1 && parts.is_empty()) {
            parts.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    parts.join(", ")
}
