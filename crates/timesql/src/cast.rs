//! CAST, and values as texts.

use crate::error::Failure;
use crate::time::{DAY, text};
use crate::types::Type;
use crate::value::Value;

/// Whether there is a cast at all.
pub(crate) fn can_cast(from: &Type, to: &Type) -> bool {
    if from.becomes(to) {
        return true;
    }
    match (from, to) {
        (Type::Array(from), Type::Array(to)) => can_cast(from, to),
        (Type::TimeSeries(from), Type::TimeSeries(to)) => can_cast(from, to),
        (Type::Row(from), Type::Row(to)) => {
            from.len() == to.len()
                && from.iter().zip(to).all(|((_, from), (_, to))| can_cast(from, to))
        }
        (Type::Array(_) | Type::Row(_) | Type::TimeSeries(_), _) => false,
        (_, Type::Varchar) => true,
        (Type::Varchar, to) => {
            !matches!(to, Type::Array(_) | Type::Row(_) | Type::TimeSeries(_) | Type::Unknown)
                && !matches!(to, Type::DayToSecond | Type::YearToMonth)
        }
        (from, to) if from.is_number() => to.is_number() || *to == Type::Boolean,
        (Type::Boolean, to) => to.is_number(),
        (Type::Timestamp, Type::Date | Type::Time) => true,
        (Type::Time, Type::Timestamp) => true,
        _ => false,
    }
}

/// The value as one of the other type.
pub(crate) fn cast(value: &Value, from: &Type, to: &Type) -> Result<Value, Failure> {
    if value.is_null() || from == to {
        return Ok(value.clone());
    }
    match (from, to) {
        (_, Type::Varchar) => Ok(Value::text(text_of(value, from))),
        (Type::Varchar, _) => of_text(value.str(), to),
        (Type::Integer, Type::BigInt) => Ok(value.clone()),
        (Type::Integer | Type::BigInt, Type::Double) => Ok(Value::Double(value.int() as f64)),
        (Type::BigInt, Type::Integer) => narrowed(value.int()),
        (Type::Double, Type::Integer | Type::BigInt) => of_double(value.double(), to),
        (Type::Boolean, Type::Double) => {
            Ok(Value::Double(f64::from(u8::from(value.as_bool() == Some(true)))))
        }
        (Type::Boolean, _) => Ok(Value::Int(i64::from(value.as_bool() == Some(true)))),
        (Type::Double, Type::Boolean) => Ok(Value::Boolean(value.double() != 0.0)),
        (_, Type::Boolean) => Ok(Value::Boolean(value.int() != 0)),
        (Type::Date, Type::Timestamp) => {
            let nanos = value.int().checked_mul(DAY);
            nanos.map(Value::Int).ok_or_else(|| Failure::new("timestamp is out of range"))
        }
        (Type::Timestamp, Type::Date) => Ok(Value::Int(value.int().div_euclid(DAY))),
        (Type::Timestamp, Type::Time) => Ok(Value::Int(value.int().rem_euclid(DAY))),
        (Type::Array(from), Type::Array(to)) => {
            let items: Result<_, Failure> =
                value.items().iter().map(|item| cast(item, from, to)).collect();
            items.map(Value::list)
        }
        (Type::Row(from), Type::Row(to)) => {
            let fields = value.items().iter().zip(from.iter().zip(to));
            let fields: Result<_, Failure> =
                fields.map(|(field, ((_, from), (_, to)))| cast(field, from, to)).collect();
            fields.map(Value::list)
        }
        (Type::TimeSeries(from), Type::TimeSeries(to)) => {
            let points = value.items().iter().map(|point| {
                let inner = cast(&point.items()[1], from, to)?;
                Ok(Value::list(vec![point.items()[0].clone(), inner]))
            });
            points.collect::<Result<_, Failure>>().map(Value::list)
        }
        _ => Ok(value.clone()),
    }
}

fn narrowed(value: i64) -> Result<Value, Failure> {
    let failure = || Failure::new(format!("Out of range for integer: {value}"));
    i32::try_from(value).map(|value| Value::Int(value.into())).map_err(|_| failure())
}

fn of_double(value: f64, to: &Type) -> Result<Value, Failure> {
    // Halves go up, as Java's `Math.round` has it.
    let rounded = (value + 0.5).floor();
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&rounded);
    if !fits {
        let shown = double_text(value);
        return Err(Failure::new(format!(
            "Cannot cast {shown} to {}",
            to.to_string().to_uppercase()
        )));
    }
    if *to == Type::Integer { narrowed(rounded as i64) } else { Ok(Value::Int(rounded as i64)) }
}

fn of_text(written: &str, to: &Type) -> Result<Value, Failure> {
    let trimmed = written.trim();
    let value = match to {
        Type::Integer => trimmed.parse::<i32>().ok().map(|value| Value::Int(value.into())),
        Type::BigInt => trimmed.parse().ok().map(Value::Int),
        Type::Double => double_of(trimmed).map(Value::Double),
        Type::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "t" | "1" => Some(Value::Boolean(true)),
            "false" | "f" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        Type::Timestamp => {
            let failure = || Failure::new(format!("Value cannot be cast to timestamp: {written}"));
            return text::parse_timestamp(trimmed).map(Value::Int).ok_or_else(failure);
        }
        Type::Date => {
            let failure = || Failure::new(format!("Value cannot be cast to date: {written}"));
            return text::parse_date(trimmed).map(Value::Int).ok_or_else(failure);
        }
        Type::Time => {
            let failure = || Failure::new(format!("Value cannot be cast to time: {written}"));
            return text::parse_time(trimmed).map(Value::Int).ok_or_else(failure);
        }
        _ => None,
    };
    let to = to.to_string().to_uppercase();
    value.ok_or_else(|| Failure::new(format!("Cannot cast '{written}' to {to}")))
}

/// The names that Java has for what is no number are read, others not.
fn double_of(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        text if text.bytes().all(|byte| b"+-.0123456789eE".contains(&byte)) => text.parse().ok(),
        _ => None,
    }
}

/// A value as results and casts write it.
pub fn text_of(value: &Value, of: &Type) -> String {
    match (value, of) {
        (Value::Null, _) => "NULL".to_owned(),
        (Value::Boolean(value), _) => value.to_string(),
        (Value::Text(text), _) => text.to_string(),
        (Value::Double(value), _) => double_text(*value),
        (Value::Int(value), Type::Timestamp) => text::timestamp(*value),
        (Value::Int(value), Type::Date) => text::date(*value),
        (Value::Int(value), Type::Time) => text::time(*value),
        (Value::Int(value), Type::DayToSecond) => text::day_to_second(*value),
        (Value::Int(value), Type::YearToMonth) => text::year_to_month(*value),
        (Value::Int(value), _) => value.to_string(),
        (Value::List(items), of) => {
            let shown = items.iter().enumerate().map(|(place, item)| match of {
                Type::Array(element) => text_of(item, element),
                Type::Row(fields) => {
                    fields.get(place).map_or_else(String::new, |(_, of)| text_of(item, of))
                }
                Type::TimeSeries(value) => {
                    let [time, inner] = item.items() else { return String::new() };
                    format!("({}, {})", text_of(time, &Type::Timestamp), text_of(inner, value))
                }
                _ => String::new(),
            });
            let (open, close) = if matches!(of, Type::Row(_)) { ('(', ')') } else { ('[', ']') };
            format!("{open}{}{close}", shown.collect::<Vec<_>>().join(", "))
        }
    }
}

/// As Java writes doubles: `1.0`, `1.0E7`, `NaN`.
pub(crate) fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let shown = format!("{value:e}");
    let (digits, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_written_as_java_does() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.001, "0.001"),
            (0.0001, "1.0E-4"),
            (9_999_999.0, "9999999.0"),
            (10_000_000.0, "1.0E7"),
            (1.5e300, "1.5E300"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(double_text(value), text);
        }
    }

    #[test]
    fn texts_become_values_or_say_why_not() {
        let error = |text, to| of_text(text, &to).expect_err("no value").0;
        assert_eq!(error("abc", Type::BigInt), "Cannot cast 'abc' to BIGINT");
        assert_eq!(error("x", Type::Timestamp), "Value cannot be cast to timestamp: x");
        assert_eq!(error("inf", Type::Double), "Cannot cast 'inf' to DOUBLE");
        assert_eq!(of_text(" 12 ", &Type::Integer), Ok(Value::Int(12)));
        assert_eq!(cast(&Value::Double(-1.5), &Type::Double, &Type::BigInt), Ok(Value::Int(-1)));
    }
}
