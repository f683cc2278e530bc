//! Numbers as DynamoDB has them: decimal, exact, 38 significant digits, between 1E-130 and
//! 9.99…E+125 and their negatives.

mod scan;
mod sum;
mod write;

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use scan::Scanned;
use sum::Wide;

/// How many digits may be significant.
const DIGITS_MAX: u32 = 38;
/// The place of the leading digit: 10^-130 to 10^125.
const LEADING_MIN: i32 = -130;
const LEADING_MAX: i32 = 125;
/// One more than the largest coefficient.
const COEFFICIENT_END: u128 = 10u128.pow(DIGITS_MAX);
/// Longer texts than this are no numbers, whatever they hold: zeros are the only digits beyond the
/// significant ones, and nobody writes this many.
const TEXT_BYTES_MAX: usize = 1_024;

/// So many digits fit into 64 bits.
const SHORT_TEXT_BYTES: usize = 18;

/// A number in its normal form: no zeros at the end of the coefficient, and one zero only. So two
/// numbers are equal exactly if their parts are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    /// An `i128`, as bytes: so that a value that may be a number is no larger for its alignment.
    coefficient: [u8; 16],
    exponent: i16,
}

/// Why a text or a result is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("The parameter cannot be converted to a numeric value")]
    Empty,
    #[error("The parameter cannot be converted to a numeric value: {text}")]
    Malformed { text: String },
    #[error(
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )]
    Overflow,
    #[error(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    )]
    Underflow,
    #[error("Attempting to store more than 38 significant digits in a Number")]
    TooPrecise,
}

impl Number {
    pub const ZERO: Number = Number { coefficient: [0; 16], exponent: 0 };

    pub fn parse(text: &str) -> Result<Number, NumberError> {
        if text.is_empty() {
            return Err(NumberError::Empty);
        }
        if let Some(number) = Number::parse_short(text) {
            return Ok(number);
        }
        let malformed = || NumberError::Malformed { text: text.to_owned() };
        if text.len() > TEXT_BYTES_MAX {
            return Err(malformed());
        }
        let scanned = Scanned::read(text.as_bytes()).ok_or_else(malformed)?;
        scanned.number()
    }

    /// A few plain digits, as nearly all numbers are: read without arithmetic of 128 bits.
    fn parse_short(text: &str) -> Option<Number> {
        if text.len() > SHORT_TEXT_BYTES {
            return None;
        }
        let (mut magnitude, mut exponent) = (0u64, 0);
        let (mut has_digit, mut is_fraction) = (false, false);
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    magnitude = magnitude * 10 + u64::from(byte - b'0');
                    exponent -= i16::from(is_fraction);
                    has_digit = true;
                }
                b'.' if !is_fraction => is_fraction = true,
                _ => return None,
            }
        }
        if magnitude == 0 {
            return has_digit.then_some(Number::ZERO);
        }
        while magnitude.is_multiple_of(10) {
            magnitude /= 10;
            exponent += 1;
        }
        Some(Number { coefficient: i128::from(magnitude).to_le_bytes(), exponent })
    }

    /// `magnitude` × 10^`exponent`, whatever zeros it ends with.
    fn normal(
        is_negative: bool,
        mut magnitude: u128,
        exponent: i32,
    ) -> Result<Number, NumberError> {
        if magnitude == 0 {
            return Ok(Number::ZERO);
        }
        let mut exponent = exponent;
        while magnitude.is_multiple_of(10) {
            magnitude /= 10;
            exponent += 1;
        }
        if magnitude >= COEFFICIENT_END {
            return Err(NumberError::TooPrecise);
        }
        let leading = exponent + digits(magnitude) as i32 - 1;
        if leading > LEADING_MAX {
            return Err(NumberError::Overflow);
        }
        if leading < LEADING_MIN {
            return Err(NumberError::Underflow);
        }
        let magnitude = magnitude.cast_signed();
        let coefficient = if is_negative { -magnitude } else { magnitude };
        Ok(Number { coefficient: coefficient.to_le_bytes(), exponent: exponent as i16 })
    }

    pub(crate) fn coefficient(self) -> i128 {
        i128::from_le_bytes(self.coefficient)
    }

    pub(crate) fn magnitude(self) -> u128 {
        self.coefficient().unsigned_abs()
    }

    fn exponent(self) -> i32 {
        i32::from(self.exponent)
    }

    pub fn is_zero(self) -> bool {
        self == Number::ZERO
    }

    pub fn is_negative(self) -> bool {
        self.coefficient() < 0
    }

    /// How many digits are significant; zero has one.
    pub(crate) fn significant_digits(self) -> u32 {
        digits(self.magnitude())
    }

    /// The place of the leading digit: 0 for 7, 1 for 70, -1 for 0.7.
    pub(crate) fn leading(self) -> i32 {
        self.exponent() + self.significant_digits() as i32 - 1
    }

    /// The number whose digits begin at a place. For keys, which hold numbers so.
    pub(crate) fn from_leading(
        is_negative: bool,
        magnitude: u128,
        leading: i32,
    ) -> Result<Number, NumberError> {
        let exponent = leading + 1 - digits(magnitude) as i32;
        Number::normal(is_negative, magnitude, exponent)
    }

    pub fn plus(self, other: Number) -> Result<Number, NumberError> {
        if self.is_zero() {
            return Ok(other);
        }
        if other.is_zero() {
            return Ok(self);
        }
        let exponent = self.exponent().min(other.exponent());
        let (a, b) = (Wide::of(self, exponent)?, Wide::of(other, exponent)?);
        let (is_negative, magnitude) = a.plus(&b)?;
        Number::normal(is_negative, magnitude, exponent)
    }

    pub fn minus(self, other: Number) -> Result<Number, NumberError> {
        self.plus(other.negated())
    }

    #[must_use]
    pub fn negated(self) -> Number {
        Number { coefficient: (-self.coefficient()).to_le_bytes(), ..self }
    }

    /// As a whole number, if it is one that fits.
    pub fn to_i64(self) -> Option<i64> {
        let scale = u32::try_from(self.exponent()).ok()?;
        let value = self.coefficient().checked_mul(10i128.checked_pow(scale)?)?;
        i64::try_from(value).ok()
    }

    /// As a whole number, cut towards zero; `None` if it does not fit. A time to live is read so.
    pub fn truncated(self) -> Option<i64> {
        if self.exponent() >= 0 {
            return self.to_i64();
        }
        let scale = self.exponent().unsigned_abs();
        let cut = 10i128.checked_pow(scale).map_or(0, |divisor| self.coefficient() / divisor);
        i64::try_from(cut).ok()
    }
}

fn digits(magnitude: u128) -> u32 {
    // Far cheaper for those that fit, which nearly all do.
    let log = match u64::try_from(magnitude) {
        Ok(magnitude) => magnitude.checked_ilog10(),
        Err(_) => magnitude.checked_ilog10(),
    };
    log.unwrap_or(0) + 1
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let sign = |number: &Number| number.coefficient().signum();
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign != Ordering::Equal || self.is_zero() {
            return by_sign;
        }
        let by_magnitude = compare_magnitudes(*self, *other);
        if self.is_negative() { by_magnitude.reverse() } else { by_magnitude }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare_magnitudes(a: Number, b: Number) -> Ordering {
    a.leading().cmp(&b.leading()).then_with(|| {
        // Their leading digits stand at one place, so neither grows beyond 38 digits.
        let exponent = a.exponent().min(b.exponent());
        let scaled = |number: Number| {
            number.magnitude() * 10u128.pow((number.exponent() - exponent).unsigned_abs())
        };
        scaled(a).cmp(&scaled(b))
    })
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Number, NumberError> {
        Number::parse(text)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        let magnitude = u128::from(value.unsigned_abs());
        Number::normal(value < 0, magnitude, 0).expect("19 digits are fewer than 38")
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Number {
        Number::normal(false, u128::from(value), 0).expect("20 digits are fewer than 38")
    }
}

#[cfg(test)]
mod tests;
