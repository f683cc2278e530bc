//! Functions of numbers.

use super::{Call, Site};
use crate::error::Failure;
use crate::value::Value;

pub(super) const TABLE: &[(&str, Call)] = &[
    ("abs(integer) integer", |_, v| absolute(v)),
    ("abs(bigint) bigint", |_, v| absolute(v)),
    ("abs(double) double", |_, v| real(v, f64::abs)),
    ("ceil(integer) integer", same),
    ("ceil(bigint) bigint", same),
    ("ceil(double) double", |_, v| real(v, f64::ceil)),
    ("ceiling(integer) integer", same),
    ("ceiling(bigint) bigint", same),
    ("ceiling(double) double", |_, v| real(v, f64::ceil)),
    ("floor(integer) integer", same),
    ("floor(bigint) bigint", same),
    ("floor(double) double", |_, v| real(v, f64::floor)),
    ("round(integer) integer", same),
    ("round(bigint) bigint", same),
    ("round(double) double", |_, v| real(v, f64::round)),
    ("round(integer, bigint) integer", round_whole),
    ("round(bigint, bigint) bigint", round_whole),
    ("round(double, bigint) double", |_, v| Ok(Value::Double(round(v[0].double(), v[1].int())))),
    ("truncate(double) double", |_, v| real(v, f64::trunc)),
    ("truncate(double, bigint) double", |_, v| {
        let factor = 10_f64.powi(v[1].int().clamp(-400, 400) as i32);
        Ok(Value::Double((v[0].double() * factor).trunc() / factor))
    }),
    ("sign(integer) integer", |_, v| Ok(Value::Int(v[0].int().signum()))),
    ("sign(bigint) bigint", |_, v| Ok(Value::Int(v[0].int().signum()))),
    ("sign(double) double", |_, v| {
        real(v, |x| if x == 0.0 || x.is_nan() { x } else { x.signum() })
    }),
    ("sqrt(double) double", |_, v| real(v, f64::sqrt)),
    ("cbrt(double) double", |_, v| real(v, f64::cbrt)),
    ("exp(double) double", |_, v| real(v, f64::exp)),
    ("ln(double) double", |_, v| real(v, f64::ln)),
    ("log2(double) double", |_, v| real(v, f64::log2)),
    ("log10(double) double", |_, v| real(v, f64::log10)),
    ("log(double, double) double", |_, v| {
        Ok(Value::Double(v[1].double().ln() / v[0].double().ln()))
    }),
    ("power(double, double) double", |_, v| Ok(Value::Double(v[0].double().powf(v[1].double())))),
    ("pow(double, double) double", |_, v| Ok(Value::Double(v[0].double().powf(v[1].double())))),
    ("degrees(double) double", |_, v| real(v, f64::to_degrees)),
    ("radians(double) double", |_, v| real(v, f64::to_radians)),
    ("sin(double) double", |_, v| real(v, f64::sin)),
    ("cos(double) double", |_, v| real(v, f64::cos)),
    ("tan(double) double", |_, v| real(v, f64::tan)),
    ("asin(double) double", |_, v| real(v, f64::asin)),
    ("acos(double) double", |_, v| real(v, f64::acos)),
    ("atan(double) double", |_, v| real(v, f64::atan)),
    ("atan2(double, double) double", |_, v| Ok(Value::Double(v[0].double().atan2(v[1].double())))),
    ("sinh(double) double", |_, v| real(v, f64::sinh)),
    ("cosh(double) double", |_, v| real(v, f64::cosh)),
    ("tanh(double) double", |_, v| real(v, f64::tanh)),
    ("pi() double", |_, _| Ok(Value::Double(std::f64::consts::PI))),
    ("e() double", |_, _| Ok(Value::Double(std::f64::consts::E))),
    ("nan() double", |_, _| Ok(Value::Double(f64::NAN))),
    ("infinity() double", |_, _| Ok(Value::Double(f64::INFINITY))),
    ("is_nan(double) boolean", |_, v| Ok(Value::Boolean(v[0].double().is_nan()))),
    ("is_finite(double) boolean", |_, v| Ok(Value::Boolean(v[0].double().is_finite()))),
    ("is_infinite(double) boolean", |_, v| Ok(Value::Boolean(v[0].double().is_infinite()))),
    ("greatest(T...) T", |_, v| {
        Ok(v.iter().max_by(|a, b| a.order(b)).cloned().unwrap_or_default())
    }),
    ("least(T...) T", |_, v| Ok(v.iter().min_by(|a, b| a.order(b)).cloned().unwrap_or_default())),
    ("bitwise_and(bigint, bigint) bigint", |_, v| Ok(Value::Int(v[0].int() & v[1].int()))),
    ("bitwise_or(bigint, bigint) bigint", |_, v| Ok(Value::Int(v[0].int() | v[1].int()))),
    ("bitwise_xor(bigint, bigint) bigint", |_, v| Ok(Value::Int(v[0].int() ^ v[1].int()))),
    ("bitwise_not(bigint) bigint", |_, v| Ok(Value::Int(!v[0].int()))),
    ("width_bucket(double, double, double, bigint) bigint", width_bucket),
    ("from_base(varchar, bigint) bigint", from_base),
    ("to_base(bigint, bigint) varchar", to_base),
];

fn real(v: &[Value], function: fn(f64) -> f64) -> Result<Value, Failure> {
    Ok(Value::Double(function(v[0].double())))
}

fn same(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    Ok(v[0].clone())
}

fn absolute(v: &[Value]) -> Result<Value, Failure> {
    let value = v[0].int().checked_abs();
    value.map(Value::Int).ok_or_else(|| Failure::new("Value out of range for abs"))
}

/// To so many decimals, halves away from zero.
fn round(value: f64, decimals: i64) -> f64 {
    let factor = 10_f64.powi(decimals.clamp(-400, 400) as i32);
    let scaled = value * factor;
    if !scaled.is_finite() || factor == 0.0 {
        return if decimals < 0 && value.is_finite() { 0.0 } else { value };
    }
    scaled.round() / factor
}

fn round_whole(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (value, decimals) = (v[0].int(), v[1].int());
    if decimals >= 0 {
        return Ok(Value::Int(value));
    }
    let digits = u32::try_from(-decimals).unwrap_or(u32::MAX);
    let Some(factor) = 10_i64.checked_pow(digits) else { return Ok(Value::Int(0)) };
    let (down, rest) = (value / factor * factor, value % factor);
    let half = i64::from(rest.unsigned_abs() * 2 >= factor.unsigned_abs());
    Ok(Value::Int(down.saturating_add(half * value.signum() * factor)))
}

fn width_bucket(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let (value, low, high, count) = (v[0].double(), v[1].double(), v[2].double(), v[3].int());
    if count <= 0 || low == high {
        return Err(Failure::new("bucketCount must be greater than 0 and bounds must differ"));
    }
    let place = (value - low) / (high - low);
    let bucket = if place < 0.0 {
        0
    } else if place >= 1.0 {
        count + 1
    } else {
        (place * count as f64) as i64 + 1
    };
    Ok(Value::Int(bucket))
}

fn radix(value: i64) -> Result<u32, Failure> {
    let failure = || Failure::new("Radix must be between 2 and 36");
    u32::try_from(value).ok().filter(|radix| (2..=36).contains(radix)).ok_or_else(failure)
}

fn from_base(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let radix = radix(v[1].int())?;
    let failure = |_| Failure::new(format!("Not a valid base-{radix} number: {}", v[0].str()));
    i64::from_str_radix(v[0].str(), radix).map(Value::Int).map_err(failure)
}

fn to_base(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let radix = radix(v[1].int())?;
    let (mut rest, mut digits) = (v[0].int().unsigned_abs(), Vec::new());
    loop {
        digits.extend(char::from_digit((rest % u64::from(radix)) as u32, radix));
        rest /= u64::from(radix);
        if rest == 0 {
            break;
        }
    }
    if v[0].int() < 0 {
        digits.push('-');
    }
    Ok(Value::text(digits.iter().rev().collect::<String>()))
}
