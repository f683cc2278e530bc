//! The operators `+ - * / % ||` and the sign, as functions that nobody can name.

use super::{Call, Site};
use crate::error::Failure;
use crate::time::units::plus_months;
use crate::value::Value;

pub(super) const TABLE: &[(&str, Call)] = &[
    ("$add(integer, integer) integer", |_, v| int32("addition", "+", v, i64::checked_add)),
    ("$add(bigint, bigint) bigint", |_, v| int64("addition", "+", v, i64::checked_add)),
    ("$add(double, double) double", |_, v| double(v, |a, b| a + b)),
    ("$add(timestamp, interval) timestamp", |_, v| moved(v, i64::checked_add)),
    ("$add(interval, timestamp) timestamp", |_, v| moved(v, i64::checked_add)),
    ("$add(timestamp, months) timestamp", |_, v| months(v[0].int(), v[1].int())),
    ("$add(months, timestamp) timestamp", |_, v| months(v[1].int(), v[0].int())),
    ("$add(date, interval) date", |_, v| date(v, 1)),
    ("$add(interval, date) date", |_, v| date(&[v[1].clone(), v[0].clone()], 1)),
    ("$add(date, months) date", |_, v| date_months(v, 1)),
    ("$add(time, interval) time", |_, v| of_day(v, 1)),
    ("$add(interval, interval) interval", |_, v| moved(v, i64::checked_add)),
    ("$add(months, months) months", |_, v| moved(v, i64::checked_add)),
    ("$subtract(integer, integer) integer", |_, v| int32("subtraction", "-", v, i64::checked_sub)),
    ("$subtract(bigint, bigint) bigint", |_, v| int64("subtraction", "-", v, i64::checked_sub)),
    ("$subtract(double, double) double", |_, v| double(v, |a, b| a - b)),
    ("$subtract(timestamp, interval) timestamp", |_, v| moved(v, i64::checked_sub)),
    ("$subtract(timestamp, months) timestamp", |_, v| months(v[0].int(), -v[1].int())),
    ("$subtract(timestamp, timestamp) interval", |_, v| moved(v, i64::checked_sub)),
    ("$subtract(date, interval) date", |_, v| date(v, -1)),
    ("$subtract(date, months) date", |_, v| date_months(v, -1)),
    ("$subtract(date, date) interval", |_, v| days_between(v)),
    ("$subtract(time, interval) time", |_, v| of_day(v, -1)),
    ("$subtract(time, time) interval", |_, v| moved(v, i64::checked_sub)),
    ("$subtract(interval, interval) interval", |_, v| moved(v, i64::checked_sub)),
    ("$subtract(months, months) months", |_, v| moved(v, i64::checked_sub)),
    ("$multiply(integer, integer) integer", |_, v| {
        int32("multiplication", "*", v, i64::checked_mul)
    }),
    ("$multiply(bigint, bigint) bigint", |_, v| int64("multiplication", "*", v, i64::checked_mul)),
    ("$multiply(double, double) double", |_, v| double(v, |a, b| a * b)),
    ("$multiply(interval, bigint) interval", |_, v| moved(v, i64::checked_mul)),
    ("$multiply(bigint, interval) interval", |_, v| moved(v, i64::checked_mul)),
    ("$multiply(interval, double) interval", |_, v| scaled(v[0].int(), v[1].double())),
    ("$multiply(double, interval) interval", |_, v| scaled(v[1].int(), v[0].double())),
    ("$multiply(months, bigint) months", |_, v| moved(v, i64::checked_mul)),
    ("$multiply(bigint, months) months", |_, v| moved(v, i64::checked_mul)),
    ("$divide(integer, integer) integer", |_, v| divide(v)),
    ("$divide(bigint, bigint) bigint", |_, v| divide(v)),
    ("$divide(double, double) double", |_, v| double(v, |a, b| a / b)),
    ("$divide(interval, bigint) interval", |_, v| divide(v)),
    ("$divide(interval, double) interval", |_, v| scaled(v[0].int(), 1.0 / v[1].double())),
    ("$divide(months, bigint) months", |_, v| divide(v)),
    ("$remainder(integer, integer) integer", |_, v| remainder(v)),
    ("$remainder(bigint, bigint) bigint", |_, v| remainder(v)),
    ("$remainder(double, double) double", |_, v| double(v, |a, b| a % b)),
    ("$negate(integer) integer", |_, v| negate(v, i64::from(i32::MIN))),
    ("$negate(bigint) bigint", |_, v| negate(v, i64::MIN)),
    ("$negate(double) double", |_, v| Ok(Value::Double(-v[0].double()))),
    ("$negate(interval) interval", |_, v| negate(v, i64::MIN)),
    ("$negate(months) months", |_, v| negate(v, i64::MIN)),
    ("$concat(varchar, varchar) varchar", |_, v| {
        Ok(Value::text([v[0].str(), v[1].str()].concat()))
    }),
    ("$concat(array(T), array(T)) array(T)", concat_arrays),
    ("$concat(array(T), T) array(T)", |_, v| Ok(Value::list([v[0].items(), &v[1..]].concat()))),
    ("$concat(T, array(T)) array(T)", |_, v| Ok(Value::list([&v[..1], v[1].items()].concat()))),
    ("mod(integer, integer) integer", |_, v| remainder(v)),
    ("mod(bigint, bigint) bigint", |_, v| remainder(v)),
    ("mod(double, double) double", |_, v| double(v, |a, b| a % b)),
];

const DAY: i64 = crate::time::DAY;

type Checked = fn(i64, i64) -> Option<i64>;

fn int64(what: &str, sign: &str, v: &[Value], operate: Checked) -> Result<Value, Failure> {
    let (one, two) = (v[0].int(), v[1].int());
    let value = operate(one, two);
    let failure = || Failure::new(format!("bigint {what} overflow: {one} {sign} {two}"));
    value.map(Value::Int).ok_or_else(failure)
}

fn int32(what: &str, sign: &str, v: &[Value], operate: Checked) -> Result<Value, Failure> {
    let (one, two) = (v[0].int(), v[1].int());
    let value = operate(one, two).filter(|value| i32::try_from(*value).is_ok());
    let failure = || Failure::new(format!("integer {what} overflow: {one} {sign} {two}"));
    value.map(Value::Int).ok_or_else(failure)
}

fn double(v: &[Value], operate: fn(f64, f64) -> f64) -> Result<Value, Failure> {
    Ok(Value::Double(operate(v[0].double(), v[1].double())))
}

fn moved(v: &[Value], operate: Checked) -> Result<Value, Failure> {
    operate(v[0].int(), v[1].int()).map(Value::Int).ok_or_else(out_of_range)
}

fn out_of_range() -> Failure {
    Failure::new("timestamp or interval is out of range")
}

fn months(nanos: i64, months: i64) -> Result<Value, Failure> {
    plus_months(nanos, months).map(Value::Int).ok_or_else(out_of_range)
}

fn date(v: &[Value], sign: i64) -> Result<Value, Failure> {
    if v[1].int() % DAY != 0 {
        return Err(Failure::new("Cannot add hour, minutes or seconds to a date"));
    }
    Ok(Value::Int(v[0].int() + sign * (v[1].int() / DAY)))
}

fn date_months(v: &[Value], sign: i64) -> Result<Value, Failure> {
    let date = crate::time::civil::Date::of_days(v[0].int()).plus_months(sign * v[1].int());
    date.map(|date| Value::Int(date.days())).ok_or_else(out_of_range)
}

fn days_between(v: &[Value]) -> Result<Value, Failure> {
    let days = v[0].int().checked_sub(v[1].int());
    days.and_then(|days| days.checked_mul(DAY)).map(Value::Int).ok_or_else(out_of_range)
}

fn of_day(v: &[Value], sign: i64) -> Result<Value, Failure> {
    Ok(Value::Int((v[0].int() + sign * (v[1].int() % DAY)).rem_euclid(DAY)))
}

fn scaled(interval: i64, factor: f64) -> Result<Value, Failure> {
    let nanos = interval as f64 * factor;
    if !nanos.is_finite() {
        return Err(Failure::new("Division by zero"));
    }
    Ok(Value::Int(nanos as i64))
}

fn divide(v: &[Value]) -> Result<Value, Failure> {
    if v[1].int() == 0 {
        return Err(Failure::new("Division by zero"));
    }
    v[0].int().checked_div(v[1].int()).map(Value::Int).ok_or_else(out_of_range)
}

fn remainder(v: &[Value]) -> Result<Value, Failure> {
    if v[1].int() == 0 {
        return Err(Failure::new("Division by zero"));
    }
    Ok(Value::Int(v[0].int().wrapping_rem(v[1].int())))
}

fn negate(v: &[Value], least: i64) -> Result<Value, Failure> {
    if v[0].int() == least {
        return Err(Failure::new(format!("negation overflow: {least}")));
    }
    Ok(Value::Int(-v[0].int()))
}

fn concat_arrays(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    Ok(Value::list([v[0].items(), v[1].items()].concat()))
}
