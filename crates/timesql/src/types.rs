//! The types of Timestream's SQL, and which become which without being asked.

use std::fmt;

use crate::source::Stored;

/// The type of an expression.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Type {
    /// Of `NULL` alone.
    Unknown,
    /// True or false.
    Boolean,
    /// 32 bits, signed.
    Integer,
    /// 64 bits, signed.
    BigInt,
    /// 64 bits of floating point.
    Double,
    /// Text.
    Varchar,
    /// Nanoseconds since 1970.
    Timestamp,
    /// Days since 1970.
    Date,
    /// Nanoseconds since midnight.
    Time,
    /// Nanoseconds.
    DayToSecond,
    /// Months.
    YearToMonth,
    /// Values of one type.
    Array(Box<Type>),
    /// Values of several types, which may have names.
    Row(Vec<(Option<String>, Type)>),
    /// Values of one type, each at a time, in the order of times.
    TimeSeries(Box<Type>),
}

impl Type {
    pub(crate) fn array(element: Type) -> Type {
        Type::Array(Box::new(element))
    }

    pub(crate) fn series(value: Type) -> Type {
        Type::TimeSeries(Box::new(value))
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Type::Integer | Type::BigInt | Type::Double)
    }

    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Type::Integer | Type::BigInt)
    }

    /// Whether values of the type have an order.
    pub(crate) fn is_orderable(&self) -> bool {
        match self {
            Type::Array(element) => element.is_orderable(),
            Type::Row(fields) => fields.iter().all(|(_, field)| field.is_orderable()),
            Type::TimeSeries(_) => false,
            _ => true,
        }
    }

    /// Whether a value of this type may stand where one of the other is needed.
    pub(crate) fn becomes(&self, other: &Type) -> bool {
        match (self, other) {
            (one, other) if one == other => true,
            (Type::Unknown, _) => true,
            (Type::Integer, Type::BigInt | Type::Double) | (Type::BigInt, Type::Double) => true,
            (Type::Date, Type::Timestamp) => true,
            (Type::Array(one), Type::Array(other))
            | (Type::TimeSeries(one), Type::TimeSeries(other)) => one.becomes(other),
            (Type::Row(one), Type::Row(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|((_, one), (_, other))| one.becomes(other))
            }
            _ => false,
        }
    }

    /// The type that values of both become.
    pub(crate) fn common(&self, other: &Type) -> Option<Type> {
        match (self, other) {
            (Type::Array(one), Type::Array(two)) => one.common(two).map(Type::array),
            (Type::Row(one), Type::Row(two)) if one.len() == two.len() => {
                let field = |((name, one), (other, two)): (&(Option<String>, _), &(_, _))| {
                    let name = if name == other { name.clone() } else { None };
                    Type::common(one, two).map(|field| (name, field))
                };
                one.iter().zip(two).map(field).collect::<Option<_>>().map(Type::Row)
            }
            (one, two) if one.becomes(two) => Some(two.clone()),
            (one, two) if two.becomes(one) => Some(one.clone()),
            _ => None,
        }
    }
}

impl From<Stored> for Type {
    fn from(stored: Stored) -> Type {
        match stored {
            Stored::Varchar => Type::Varchar,
            Stored::Double => Type::Double,
            Stored::BigInt => Type::BigInt,
            Stored::Boolean => Type::Boolean,
            Stored::Timestamp => Type::Timestamp,
        }
    }
}

/// As error texts have them.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Unknown => f.write_str("unknown"),
            Type::Boolean => f.write_str("boolean"),
            Type::Integer => f.write_str("integer"),
            Type::BigInt => f.write_str("bigint"),
            Type::Double => f.write_str("double"),
            Type::Varchar => f.write_str("varchar"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Date => f.write_str("date"),
            Type::Time => f.write_str("time"),
            Type::DayToSecond => f.write_str("interval day to second"),
            Type::YearToMonth => f.write_str("interval year to month"),
            Type::Array(element) => write!(f, "array({element})"),
            Type::TimeSeries(value) => write!(f, "timeseries(row(timestamp, {value}))"),
            Type::Row(fields) => {
                f.write_str("row(")?;
                for (place, (name, field)) in fields.iter().enumerate() {
                    if place > 0 {
                        f.write_str(", ")?;
                    }
                    if let Some(name) = name {
                        write!(f, "{name} ")?;
                    }
                    write!(f, "{field}")?;
                }
                f.write_str(")")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_widen_and_nothing_narrows() {
        for (one, other, common) in [
            (Type::Integer, Type::BigInt, Some(Type::BigInt)),
            (Type::Double, Type::BigInt, Some(Type::Double)),
            (Type::Date, Type::Timestamp, Some(Type::Timestamp)),
            (Type::Varchar, Type::BigInt, None),
            (Type::Unknown, Type::Boolean, Some(Type::Boolean)),
            (
                Type::array(Type::Integer),
                Type::array(Type::Double),
                Some(Type::array(Type::Double)),
            ),
        ] {
            assert_eq!(one.common(&other), common, "{one} {other}");
            assert_eq!(other.common(&one), common, "{other} {one}");
        }
    }
}
