//! What the functions do. Each takes values and gives a value, or says that there is none.

pub(crate) mod coding;
pub(crate) mod collection;
pub(crate) mod hash;
pub(crate) mod math;
pub(crate) mod message;
pub(crate) mod pattern;
pub(crate) mod text;
pub(crate) mod time;

mod md2;
mod md5;

use std::borrow::Cow;

use crate::convert;
use crate::function::{Fault, Reply};
use crate::number::Number;
use crate::scene::{Scene, VALUE_BYTES_MAX};
use crate::value::Value;

/// An argument as a number.
fn number(value: &Value<'_>) -> Result<Number, Fault> {
    convert::to_number(value).ok_or(Fault::Undefined)
}

/// An argument as a double.
fn double(value: &Value<'_>) -> Result<f64, Fault> {
    Ok(number(value)?.to_double())
}

/// An argument as an Int, rounded down.
fn int(value: &Value<'_>) -> Result<i128, Fault> {
    convert::to_int(value).ok_or(Fault::Undefined)
}

/// An argument as text.
fn text<'v>(scene: &Scene<'v>, value: &Value<'v>) -> Result<Cow<'v, str>, Fault> {
    convert::to_text(value, scene.version).ok_or(Fault::Undefined)
}

fn text_reply<'v>(text: impl Into<Cow<'v, str>>) -> Reply<'v> {
    Ok(Value::String(text.into()))
}

fn int_reply<'v>(int: impl TryInto<i128>) -> Reply<'v> {
    let int = int.try_into().map_err(|_| Fault::Undefined)?;
    Ok(Value::Number(Number::Int(int)))
}

/// Whether a text of so many bytes may be made.
fn check_length(bytes: usize) -> Result<(), Fault> {
    if bytes > VALUE_BYTES_MAX { Err(Fault::TooLong) } else { Ok(()) }
}
