//! AWS's conversions: what becomes of a value where another type is wanted.

use std::borrow::Cow;

use crate::decimal_text::Read;
use crate::number::Number;
use crate::value::Value;
use crate::version::Version;

/// Int and Decimal as they are; a String as the Decimal that it says. Else nothing.
pub(crate) fn to_number(value: &Value<'_>) -> Option<Number> {
    match value {
        Value::Number(number) => Some(*number),
        Value::String(text) => text_to_number(text),
        _ => None,
    }
}

/// `-?\d+(\.\d+)?((?i)E-?\d+)?`: AWS reads no plus sign and no whitespace.
pub(crate) fn text_to_number(text: &str) -> Option<Number> {
    let has_plus = text.contains('+');
    let read = Read::from_text(text).filter(|_| !has_plus)?;
    read.decimal.map(Number::Decimal)
}

/// A number, rounded down.
pub(crate) fn to_int(value: &Value<'_>) -> Option<i128> {
    to_number(value)?.to_int()
}

/// A Boolean, or a String that says true or false in any case.
pub(crate) fn to_boolean(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Boolean(boolean) => Some(*boolean),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Arrays and objects as JSON; Null and Undefined not at all.
pub(crate) fn to_text<'a>(value: &Value<'a>, version: Version) -> Option<Cow<'a, str>> {
    match value {
        Value::Undefined | Value::Null | Value::Bytes(_) => None,
        Value::Boolean(true) => Some(Cow::Borrowed("true")),
        Value::Boolean(false) => Some(Cow::Borrowed("false")),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::String(text) => Some(text.clone()),
        Value::Json(_) | Value::Array(_) | Value::Object(_) => {
            Some(Cow::Owned(value.to_json(version)))
        }
    }
}
