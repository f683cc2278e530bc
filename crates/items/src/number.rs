//! Numbers as DynamoDB has them: decimal, exact, 38 significant digits, between 1E-130 and
//! 9.99…E+125 and their negatives.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter, Write};
use std::str::FromStr;

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
        let malformed = || NumberError::Malformed { text: text.to_owned() };
        if text.len() > TEXT_BYTES_MAX {
            return Err(malformed());
        }
        let scanned = Scanned::read(text.as_bytes()).ok_or_else(malformed)?;
        scanned.number()
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

/// A text that looks like a number.
#[derive(Default)]
struct Scanned {
    is_negative: bool,
    /// The digits from the first that is no zero, as far as they fit.
    magnitude: u128,
    /// Zeros that were seen after the magnitude and are not part of it yet.
    zeros: u32,
    /// Whether more digits are significant than may be.
    is_too_precise: bool,
    exponent: i32,
}

impl Scanned {
    fn read(text: &[u8]) -> Option<Scanned> {
        let mut scanned = Scanned::default();
        let mut rest = text;
        if let [sign @ (b'-' | b'+'), tail @ ..] = rest {
            scanned.is_negative = *sign == b'-';
            rest = tail;
        }
        let (mut has_digit, mut is_fraction) = (false, false);
        while let [byte, tail @ ..] = rest {
            match byte {
                b'0'..=b'9' => {
                    scanned.push(byte - b'0', is_fraction);
                    has_digit = true;
                }
                b'.' if !is_fraction => is_fraction = true,
                b'e' | b'E' => {
                    scanned.exponent = scanned.exponent.checked_add(exponent_of(tail)?)?;
                    return has_digit.then_some(scanned);
                }
                _ => return None,
            }
            rest = tail;
        }
        has_digit.then_some(scanned)
    }

    fn push(&mut self, digit: u8, is_fraction: bool) {
        if is_fraction {
            self.exponent -= 1;
        }
        if digit == 0 {
            if self.magnitude != 0 {
                self.zeros += 1;
            }
            return;
        }
        let scale = 10u128.checked_pow(self.zeros + 1);
        let next = scale
            .and_then(|scale| self.magnitude.checked_mul(scale))
            .and_then(|scaled| scaled.checked_add(u128::from(digit)));
        match next.filter(|next| *next < COEFFICIENT_END) {
            Some(next) => (self.magnitude, self.zeros) = (next, 0),
            None => {
                self.is_too_precise = true;
                self.zeros += 1;
            }
        }
    }

    fn number(&self) -> Result<Number, NumberError> {
        let exponent = self.exponent.saturating_add(self.zeros as i32);
        if self.magnitude == 0 {
            return Ok(Number::ZERO);
        }
        // Magnitude is complained of before precision, as DynamoDB does.
        let number = Number::normal(self.is_negative, self.magnitude, exponent)?;
        if self.is_too_precise { Err(NumberError::TooPrecise) } else { Ok(number) }
    }
}

fn exponent_of(text: &[u8]) -> Option<i32> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // What does not fit is far beyond the range, on either side.
    let beyond = if text.starts_with('-') { -1_000_000 } else { 1_000_000 };
    is_plain.then(|| text.parse::<i32>().unwrap_or(beyond).clamp(-1_000_000, 1_000_000))
}

fn digits(magnitude: u128) -> u32 {
    magnitude.checked_ilog10().unwrap_or(0) + 1
}

/// A sum's operand: `high` × 10^20 + `low`, both with the number's sign, so that more digits fit
/// than a number has.
struct Wide {
    high: i128,
    low: i128,
}

const WIDE_DIGITS: u32 = 20;
const WIDE_BASE: i128 = 10i128.pow(WIDE_DIGITS);

impl Wide {
    /// A number as a multiple of 10^`exponent`, which is not above its own.
    ///
    /// Where exponents differ, the last digit of the sum is one of the operand with the lower
    /// exponent, and no zero. So a sum of one that has more than 39 digits here has more than 38.
    fn of(number: Number, exponent: i32) -> Result<Wide, NumberError> {
        let shift = (number.exponent() - exponent).unsigned_abs();
        if number.significant_digits() + shift > DIGITS_MAX + 1 {
            return Err(NumberError::TooPrecise);
        }
        let coefficient = number.coefficient();
        Ok(match WIDE_DIGITS.checked_sub(shift) {
            Some(kept) => {
                let split = 10i128.pow(kept);
                let low = (coefficient % split) * 10i128.pow(shift);
                Wide { high: coefficient / split, low }
            }
            None => Wide { high: coefficient * 10i128.pow(shift - WIDE_DIGITS), low: 0 },
        })
    }

    /// The sign and magnitude of a sum.
    fn plus(&self, other: &Wide) -> Result<(bool, u128), NumberError> {
        let (mut high, mut low) = (self.high + other.high, self.low + other.low);
        high += low / WIDE_BASE;
        low %= WIDE_BASE;
        if high > 0 && low < 0 {
            (high, low) = (high - 1, low + WIDE_BASE);
        } else if high < 0 && low > 0 {
            (high, low) = (high + 1, low - WIDE_BASE);
        }
        let magnitude = high
            .unsigned_abs()
            .checked_mul(WIDE_BASE.unsigned_abs())
            .and_then(|scaled| scaled.checked_add(low.unsigned_abs()));
        Ok((high < 0 || low < 0, magnitude.ok_or(NumberError::TooPrecise)?))
    }
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

/// Plain decimal notation, as DynamoDB answers: no exponent, no zero that says nothing.
impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_negative() {
            f.write_char('-')?;
        }
        let (magnitude, exponent) = (self.magnitude(), self.exponent());
        if exponent >= 0 {
            write_magnitude(f, magnitude)?;
            return write_zeros(f, exponent.unsigned_abs());
        }
        let places = exponent.unsigned_abs();
        let count = digits(magnitude);
        if places >= count {
            f.write_str("0.")?;
            write_zeros(f, places - count)?;
            return write_magnitude(f, magnitude);
        }
        let split = 10u128.pow(places);
        write_magnitude(f, magnitude / split)?;
        let width = places as usize;
        match u64::try_from(magnitude % split) {
            Ok(fraction) => write!(f, ".{fraction:0width$}"),
            Err(_) => write!(f, ".{:0width$}", magnitude % split),
        }
    }
}

fn write_magnitude(f: &mut Formatter<'_>, magnitude: u128) -> fmt::Result {
    // Far cheaper for those that fit, which nearly all do.
    match u64::try_from(magnitude) {
        Ok(magnitude) => write!(f, "{magnitude}"),
        Err(_) => write!(f, "{magnitude}"),
    }
}

fn write_zeros(f: &mut Formatter<'_>, count: u32) -> fmt::Result {
    (0..count).try_for_each(|_| f.write_char('0'))
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
