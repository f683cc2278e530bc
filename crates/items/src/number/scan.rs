//! Reading numbers.

use super::{COEFFICIENT_END, Number, NumberError};

/// A text that looks like a number.
#[derive(Default)]
pub(super) struct Scanned {
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
    pub(super) fn read(text: &[u8]) -> Option<Scanned> {
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

    pub(super) fn number(&self) -> Result<Number, NumberError> {
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
