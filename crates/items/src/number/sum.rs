//! Adding numbers, with as many digits as the sum of two may need.

use super::{DIGITS_MAX, Number, NumberError};

/// A sum's operand: `high` × 10^20 + `low`, both with the number's sign, so that more digits fit
/// than a number has.
pub(super) struct Wide {
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
    pub(super) fn of(number: Number, exponent: i32) -> Result<Wide, NumberError> {
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
    pub(super) fn plus(&self, other: &Wide) -> Result<(bool, u128), NumberError> {
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
