//! Values while a query runs. What a number stands for (a count, a time, days) is in its type.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::source::Scalar;

/// One value; its [`Type`](crate::Type) is known apart from it.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// Of type BOOLEAN.
    Boolean(bool),
    /// Of type INTEGER, BIGINT, TIMESTAMP, DATE, TIME or of an INTERVAL.
    Int(i64),
    /// Of type DOUBLE.
    Double(f64),
    /// Of type VARCHAR.
    Text(Arc<str>),
    /// Of type ARRAY or ROW; of type TIMESERIES: lists of a time and a value.
    List(Arc<[Value]>),
}

impl Value {
    pub(crate) fn text(text: impl AsRef<str>) -> Value {
        Value::Text(Arc::from(text.as_ref()))
    }

    pub(crate) fn list(values: Vec<Value>) -> Value {
        Value::List(values.into())
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Value::Boolean(value) = self { Some(*value) } else { None }
    }

    /// The whole number that the binder has seen to be one.
    pub(crate) fn int(&self) -> i64 {
        match self {
            Value::Int(value) => *value,
            Value::Double(value) => *value as i64,
            _ => 0,
        }
    }

    pub(crate) fn double(&self) -> f64 {
        match self {
            Value::Double(value) => *value,
            Value::Int(value) => *value as f64,
            _ => 0.0,
        }
    }

    pub(crate) fn str(&self) -> &str {
        if let Value::Text(text) = self { text } else { "" }
    }

    pub(crate) fn items(&self) -> &[Value] {
        if let Value::List(values) = self { values } else { &[] }
    }

    /// An order of all values of a type: nulls last, NaN after all other numbers.
    pub(crate) fn order(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (Value::Boolean(one), Value::Boolean(two)) => one.cmp(two),
            (Value::Int(one), Value::Int(two)) => one.cmp(two),
            (Value::Text(one), Value::Text(two)) => one.cmp(two),
            (Value::List(one), Value::List(two)) => {
                let mut pairs = one.iter().zip(two.iter()).map(|(one, two)| one.order(two));
                pairs.find(|order| order.is_ne()).unwrap_or(one.len().cmp(&two.len()))
            }
            _ => order_of_doubles(self.double(), other.double()),
        }
    }

    /// SQL's comparison: none if a null takes part in it. NaN is unequal to everything.
    pub(crate) fn compare(&self, other: &Value) -> Option<Compared> {
        match (self, other) {
            (Value::Null, _) | (_, Value::Null) => None,
            (Value::Double(one), Value::Double(two)) => {
                Some(one.partial_cmp(two).map_or(Compared::Apart, Compared::Ordered))
            }
            (Value::List(one), Value::List(two)) if one.len() == two.len() => {
                for (one, two) in one.iter().zip(two.iter()) {
                    match one.compare(two)? {
                        Compared::Ordered(Ordering::Equal) => {}
                        other => return Some(other),
                    }
                }
                Some(Compared::Ordered(Ordering::Equal))
            }
            _ => Some(Compared::Ordered(self.order(other))),
        }
    }

    /// About how many bytes it holds beside itself.
    pub(crate) fn extra_bytes(&self) -> usize {
        match self {
            Value::Text(text) => text.len() + 16,
            Value::List(values) => {
                values.iter().map(|value| value.extra_bytes() + size_of::<Value>()).sum::<usize>()
            }
            _ => 0,
        }
    }
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Compared {
    Ordered(Ordering),
    /// NaN took part.
    Apart,
}

pub(crate) fn order_of_doubles(one: f64, two: f64) -> Ordering {
    one.partial_cmp(&two).unwrap_or_else(|| one.is_nan().cmp(&two.is_nan()))
}

/// As `IS NOT DISTINCT FROM`, groups and DISTINCT have it: nulls are alike, and so are NaNs.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Int(one), Value::Int(two)) => one == two,
            (Value::Text(one), Value::Text(two)) => one == two,
            _ => self.order(other).is_eq(),
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Value::Null => state.write_u8(0),
            Value::Boolean(value) => state.write_u8(1 + u8::from(*value)),
            Value::Int(value) => state.write_i64(*value),
            Value::Double(value) if value.is_nan() => state.write_u8(3),
            // Zeros are alike whatever their sign.
            Value::Double(value) => state.write_u64((value + 0.0).to_bits()),
            Value::Text(text) => text.hash(state),
            Value::List(values) => values.iter().for_each(|value| value.hash(state)),
        }
    }
}

impl From<&Scalar> for Value {
    fn from(scalar: &Scalar) -> Value {
        match scalar {
            Scalar::Varchar(text) => Value::Text(Arc::clone(text)),
            Scalar::Double(value) => Value::Double(*value),
            Scalar::BigInt(value) | Scalar::Timestamp(value) => Value::Int(*value),
            Scalar::Boolean(value) => Value::Boolean(*value),
        }
    }
}
