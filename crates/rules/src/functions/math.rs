//! Arithmetic and trigonometry. What AWS computes with double precision is a double here too.

use crate::decimal::Decimal;
use crate::function::{Fault, Reply};
use crate::functions::{double, int, int_reply, number};
use crate::number::Number;
use crate::scene::Scene;
use crate::value::Value;

pub(crate) fn number_reply<'v>(scene: &Scene<'_>, number: Option<Number>) -> Reply<'v> {
    let number = number.ok_or(Fault::Undefined)?;
    Ok(Value::Number(number.in_version(scene.version)))
}

/// Infinite and imaginary results are Undefined.
pub(crate) fn double_reply<'v>(scene: &Scene<'_>, double: f64) -> Reply<'v> {
    number_reply(scene, Decimal::from_double(double).map(Number::Decimal))
}

macro_rules! doubles {
    ($($name:ident)*) => {$(
        pub(crate) fn $name<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
            double_reply(scene, double(&arguments[0])?.$name())
        }
    )*};
}

doubles! { acos asin atan cos cosh exp ln sin sinh sqrt tan tanh }

pub(crate) fn log<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    double_reply(scene, double(&arguments[0])?.log10())
}

/// The arguments are y and x, in that order: atan2(1, 0) is a right angle.
pub(crate) fn atan2<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    double_reply(scene, double(&arguments[0])?.atan2(double(&arguments[1])?))
}

pub(crate) fn power<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    double_reply(scene, double(&arguments[0])?.powf(double(&arguments[1])?))
}

pub(crate) fn abs<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    let number = number(&arguments[0])?;
    let is_negative = number < Number::Int(0);
    number_reply(scene, Some(if is_negative { number.negated() } else { number }))
}

fn whole<'v>(value: &Value<'v>, round: fn(Decimal) -> Decimal) -> Reply<'v> {
    Ok(Value::Number(match number(value)? {
        Number::Int(int) => Number::Int(int),
        Number::Decimal(decimal) => Number::from_whole(round(decimal)),
    }))
}

pub(crate) fn ceil<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    whole(&arguments[0], Decimal::ceil)
}

pub(crate) fn floor<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    whole(&arguments[0], Decimal::floor)
}

pub(crate) fn round<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    whole(&arguments[0], Decimal::rounded)
}

pub(crate) fn sign<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    int_reply(number(&arguments[0])?.to_decimal().signum())
}

pub(crate) fn remainder<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    number_reply(scene, number(&arguments[0])?.remainder(number(&arguments[1])?))
}

/// The second argument counts places after the point: 0 to 34, what is beyond is cut to that.
pub(crate) fn trunc<'v>(scene: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    const PLACES_MAX: i128 = 34;
    let places = int(&arguments[1])?.clamp(0, PLACES_MAX) as u32;
    let truncated = match number(&arguments[0])? {
        Number::Int(int) => Number::Int(int),
        Number::Decimal(decimal) => Number::Decimal(decimal.truncated(places)),
    };
    number_reply(scene, Some(truncated))
}

macro_rules! bits {
    ($($name:ident $operator:tt)*) => {$(
        pub(crate) fn $name<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
            int_reply(int(&arguments[0])? $operator int(&arguments[1])?)
        }
    )*};
}

bits! { bit_and & bit_or | bit_xor ^ }

pub(crate) fn bit_not<'v>(_: &Scene<'v>, arguments: &[Value<'v>]) -> Reply<'v> {
    int_reply(!int(&arguments[0])?)
}
