//! Numbers: an Int is whole and stays so; a Decimal has a point or came from one.

use std::cmp::Ordering;
use std::fmt;

use crate::decimal::{DIGITS_MAX, Decimal};
use crate::decimal_text::Read;
use crate::version::Version;

/// A number of at most 34 digits.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Int(i128),
    Decimal(Decimal),
}

/// The largest Int.
const INT_MAX: i128 = 10_i128.pow(DIGITS_MAX) - 1;

impl Number {
    /// A number as JSON and SQL write it. `None` if the text is none, or too large.
    pub(crate) fn from_text(text: &str) -> Option<Number> {
        let Read { decimal, is_int } = Read::from_text(text)?;
        let decimal = decimal?;
        Some(if is_int { Number::from_whole(decimal) } else { Number::Decimal(decimal) })
    }

    /// An Int if it fits, else a Decimal without a point.
    pub(crate) fn from_whole(decimal: Decimal) -> Number {
        decimal.to_int().map_or(Number::Decimal(decimal), Number::Int)
    }

    /// What a version makes of a number: since the second, a whole one is an Int.
    pub(crate) fn in_version(self, version: Version) -> Number {
        match self {
            Number::Decimal(decimal) if version.makes_whole_numbers_int() => {
                Number::from_whole(decimal)
            }
            number => number,
        }
    }

    pub fn to_decimal(self) -> Decimal {
        match self {
            Number::Int(int) => Decimal::from_int(int),
            Number::Decimal(decimal) => decimal,
        }
    }

    pub fn to_double(self) -> f64 {
        self.to_decimal().to_double()
    }

    /// Rounded down; `None` beyond 34 digits.
    pub(crate) fn to_int(self) -> Option<i128> {
        match self {
            Number::Int(int) => Some(int),
            Number::Decimal(decimal) => decimal.floor().to_int(),
        }
    }

    /// The results of two Ints are Ints; of any others, Decimals. `None` out of range.
    fn combine(
        self,
        other: Number,
        ints: fn(i128, i128) -> Option<i128>,
        decimals: fn(Decimal, Decimal) -> Option<Decimal>,
    ) -> Option<Number> {
        if let (Number::Int(one), Number::Int(two)) = (self, other)
            && let Some(int) = ints(one, two)
            && (-INT_MAX..=INT_MAX).contains(&int)
        {
            return Some(Number::Int(int));
        }
        decimals(self.to_decimal(), other.to_decimal()).map(Number::Decimal)
    }

    pub(crate) fn plus(self, other: Number) -> Option<Number> {
        self.combine(other, i128::checked_add, Decimal::plus)
    }

    pub(crate) fn minus(self, other: Number) -> Option<Number> {
        self.combine(other, i128::checked_sub, Decimal::minus)
    }

    pub(crate) fn times(self, other: Number) -> Option<Number> {
        self.combine(other, i128::checked_mul, Decimal::times)
    }

    /// Of two Ints the quotient is an Int, cut. `None` for a division by zero.
    pub(crate) fn divided_by(self, other: Number) -> Option<Number> {
        self.combine(other, i128::checked_div, Decimal::divided_by)
    }

    pub(crate) fn remainder(self, other: Number) -> Option<Number> {
        self.combine(other, i128::checked_rem, Decimal::remainder)
    }

    pub(crate) fn negated(self) -> Number {
        match self {
            Number::Int(int) => Number::Int(-int),
            Number::Decimal(decimal) => Number::Decimal(decimal.negated()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value, whatever the kind.
impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Int(one), Number::Int(two)) => one.cmp(two),
            (one, two) => one.to_decimal().cmp(&two.to_decimal()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(int) => fmt::Display::fmt(int, f),
            Number::Decimal(decimal) => fmt::Display::fmt(decimal, f),
        }
    }
}
