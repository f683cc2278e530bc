//! Decimal numbers as AWS IoT SQL has them: 34 digits, half-even, magnitudes from 1E-999 to
//! 9.99…E999. They are Java's BigDecimal with MathContext.DECIMAL128, digits after the point kept:
//! 1.50 + 1 is 2.50.

use std::cmp::Ordering;

/// Significant digits of a number.
pub(crate) const DIGITS_MAX: u32 = 34;
/// The largest and smallest exponent of a number in scientific notation.
const MAGNITUDE_MAX: i32 = 999;
/// The largest power of ten that an `i128` holds.
const POWER_MAX: u32 = 38;

/// Numbers of few digits, as almost all are, need no care: neither their products nor their powers
/// of ten leave an `i128`.
const SMALL_DIGITS: u32 = 19;
const SMALL: u128 = 10_u128.pow(SMALL_DIGITS);

/// `coefficient` × 10^`exponent`, with at most 34 digits.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    coefficient: i128,
    exponent: i32,
}

fn power_of_ten(power: u32) -> Option<i128> {
    10_i128.checked_pow(power)
}

fn digits_of(coefficient: i128) -> u32 {
    coefficient.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1)
}

impl Decimal {
    pub(crate) const ZERO: Decimal = Decimal { coefficient: 0, exponent: 0 };

    /// Rounded to 34 digits; `None` if it is too large for a number. What is too small is zero.
    pub(crate) fn new(coefficient: i128, exponent: i32) -> Option<Decimal> {
        if coefficient.unsigned_abs() < SMALL && exponent.unsigned_abs() < SMALL_DIGITS {
            return Some(Decimal { coefficient, exponent });
        }
        let rounded = Decimal { coefficient, exponent }.rounded_to(DIGITS_MAX);
        match rounded.magnitude() {
            _ if coefficient == 0 => {
                let exponent = exponent.clamp(-MAGNITUDE_MAX, MAGNITUDE_MAX);
                Some(Decimal { coefficient, exponent })
            }
            magnitude if magnitude > MAGNITUDE_MAX => None,
            magnitude if magnitude < -MAGNITUDE_MAX => Some(Decimal::ZERO),
            _ => Some(rounded),
        }
    }

    pub(crate) fn from_int(int: i128) -> Decimal {
        Decimal { coefficient: int, exponent: 0 }
    }

    /// The shortest decimal that is this double; none for infinities and what is no number.
    pub(crate) fn from_double(double: f64) -> Option<Decimal> {
        Decimal::from_text(&double.is_finite().then(|| format!("{double:?}"))?)
    }

    pub fn to_double(self) -> f64 {
        /// Powers of ten up to here, and integers up to 2^53, are exact doubles.
        const EXACT_POWER_MAX: u32 = 22;
        let power = self.exponent.unsigned_abs();
        if self.coefficient.unsigned_abs() < 1 << 53 && power <= EXACT_POWER_MAX {
            let (number, scale) = (self.coefficient as f64, 10_f64.powi(power as i32));
            return if self.exponent < 0 { number / scale } else { number * scale };
        }
        let text = format!("{}e{}", self.coefficient, self.exponent);
        text.parse().expect("digits and an exponent are a double")
    }

    pub(crate) fn coefficient(self) -> i128 {
        self.coefficient
    }

    pub(crate) fn exponent(self) -> i32 {
        self.exponent
    }

    pub(crate) fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    pub(crate) fn signum(self) -> i128 {
        self.coefficient.signum()
    }

    /// The exponent in scientific notation.
    pub(crate) fn magnitude(self) -> i32 {
        let places = digits_of(self.coefficient) as i32 - 1;
        self.exponent.saturating_add(places)
    }

    fn rounded_to(self, digits: u32) -> Decimal {
        let surplus = digits_of(self.coefficient).saturating_sub(digits);
        let Some(unit) = power_of_ten(surplus).filter(|unit| *unit > 1) else { return self };
        let (quotient, rest) = (self.coefficient / unit, self.coefficient % unit);
        let up = match (rest.unsigned_abs() * 2).cmp(&unit.unsigned_abs()) {
            Ordering::Less => 0,
            Ordering::Equal => (quotient % 2).abs(),
            Ordering::Greater => 1,
        };
        let coefficient = quotient + up * self.coefficient.signum();
        // 99…9 may have become 100…0, one digit more: it ends with a zero, so this ends.
        Decimal { coefficient, exponent: self.exponent.saturating_add(surplus as i32) }
            .rounded_to(digits)
    }

    pub(crate) fn negated(self) -> Decimal {
        Decimal { coefficient: -self.coefficient, ..self }
    }

    pub(crate) fn plus(self, other: Decimal) -> Option<Decimal> {
        let (high, low) =
            if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let aligned = high
            .scaled(high.exponent.abs_diff(low.exponent))
            .and_then(|coefficient| coefficient.checked_add(low.coefficient));
        match aligned {
            Some(coefficient) => Decimal::new(coefficient, low.exponent),
            None if high.is_zero() => Some(low),
            None => high.plus_much_smaller(low),
        }
    }

    pub(crate) fn minus(self, other: Decimal) -> Option<Decimal> {
        self.plus(other.negated())
    }

    /// The coefficient times a power of ten.
    fn scaled(self, power: u32) -> Option<i128> {
        self.coefficient.checked_mul(power_of_ten(power)?)
    }

    /// The sum with a number whose digits do not fit beside ours; all that it can do is to decide
    /// how the last digit is rounded.
    fn plus_much_smaller(self, low: Decimal) -> Option<Decimal> {
        let shift = POWER_MAX - 1 - digits_of(self.coefficient);
        let coefficient = self.scaled(shift)?;
        let exponent = self.exponent - shift as i32;
        let unit = power_of_ten(exponent.abs_diff(low.exponent));
        let (quotient, rest) = match unit {
            Some(unit) => (low.coefficient / unit, low.coefficient % unit),
            None => (0, low.coefficient),
        };
        // A trace of what was cut, so that a half is not taken for exactly a half.
        let trace = if rest != 0 && quotient % 5 == 0 { rest.signum() } else { 0 };
        Decimal::new(coefficient + quotient + trace, exponent)
    }

    pub(crate) fn times(self, other: Decimal) -> Option<Decimal> {
        let exponent = self.exponent + other.exponent;
        match self.coefficient.checked_mul(other.coefficient) {
            Some(product) => Decimal::new(product, exponent),
            None => self.times_long(other),
        }
    }

    /// The product in halves of 17 digits.
    fn times_long(self, other: Decimal) -> Option<Decimal> {
        const HALF: i128 = 10_i128.pow(DIGITS_MAX / 2);
        const WHOLE: i128 = HALF * HALF;
        let (one, two) = (self.coefficient.abs(), other.coefficient.abs());
        let (a1, a0, b1, b0) = (one / HALF, one % HALF, two / HALF, two % HALF);
        let middle = a1 * b0 + a0 * b1;
        let low = a0 * b0 + (middle % HALF) * HALF;
        let high = a1 * b1 + middle / HALF + low / WHOLE;
        // Keep 37 digits of `high` and `low` together, and a trace of the rest.
        let kept = POWER_MAX - 1 - digits_of(high);
        let cut = power_of_ten(DIGITS_MAX - kept)?;
        let low = low % WHOLE;
        let trace = i128::from(low % cut != 0 && (low / cut) % 5 == 0);
        let coefficient = high * power_of_ten(kept)? + low / cut + trace;
        let sign = self.signum() * other.signum();
        let exponent = self.exponent + other.exponent + (DIGITS_MAX - kept) as i32;
        Decimal::new(coefficient * sign, exponent)
    }

    /// The quotient: exact with as few digits after the point as that takes, else 34 digits.
    /// `None` for a division by zero.
    pub(crate) fn divided_by(self, divisor: Decimal) -> Option<Decimal> {
        if divisor.is_zero() {
            return None;
        }
        let by = divisor.coefficient;
        let (mut quotient, mut rest) = (self.coefficient / by, self.coefficient % by);
        let mut exponent = self.exponent - divisor.exponent;
        while rest != 0 && digits_of(quotient) <= DIGITS_MAX + 1 {
            quotient = quotient * 10 + rest * 10 / by;
            rest = rest * 10 % by;
            exponent -= 1;
        }
        if rest != 0 {
            let sign = self.signum() * divisor.signum();
            (quotient, exponent) = (quotient * 10 + sign, exponent - 1);
        }
        Decimal::new(quotient, exponent)
    }

    /// What is left of a division, with the sign of the dividend. `None` for one by zero.
    pub(crate) fn remainder(self, divisor: Decimal) -> Option<Decimal> {
        if divisor.is_zero() {
            return None;
        }
        if self.exponent < divisor.exponent {
            let power = divisor.exponent.abs_diff(self.exponent);
            return match divisor.scaled(power) {
                Some(by) => Decimal::new(self.coefficient % by, self.exponent),
                // The divisor has more digits than an i128 holds, so it is larger.
                None => Some(self),
            };
        }
        let by = divisor.coefficient;
        let mut rest = self.coefficient % by;
        for _ in 0..self.exponent.abs_diff(divisor.exponent) {
            rest = rest * 10 % by;
        }
        Decimal::new(rest, divisor.exponent)
    }

    /// The largest whole number that is not above.
    pub(crate) fn floor(self) -> Decimal {
        self.to_whole(|whole, rest| whole - i128::from(rest < 0))
    }

    /// The smallest whole number that is not below.
    pub(crate) fn ceil(self) -> Decimal {
        self.to_whole(|whole, rest| whole + i128::from(rest > 0))
    }

    /// The nearest whole number; from the middle, away from zero.
    pub(crate) fn rounded(self) -> Decimal {
        let half = Decimal { coefficient: 5 * self.signum(), exponent: -1 };
        self.plus(half).map_or(self, |sum| sum.to_whole(|whole, _| whole))
    }

    /// Without the digits beyond so many after the point, and without zeros at the end.
    pub(crate) fn truncated(self, places: u32) -> Decimal {
        let surplus = i64::from(-self.exponent) - i64::from(places);
        let cut = match u32::try_from(surplus) {
            Ok(0) | Err(_) => self,
            Ok(surplus) => {
                let unit = power_of_ten(surplus);
                let coefficient = unit.map_or(0, |unit| self.coefficient / unit);
                Decimal { coefficient, exponent: -(places as i32) }
            }
        };
        cut.without_zeros()
    }

    /// 2.50 is 2.5, and 200 is 2E+2: as short as can be.
    fn without_zeros(mut self) -> Decimal {
        if self.is_zero() {
            return Decimal::ZERO;
        }
        while self.coefficient % 10 == 0 {
            self = Decimal { coefficient: self.coefficient / 10, exponent: self.exponent + 1 };
        }
        self
    }

    /// The digits before the point, changed by what came after it.
    fn to_whole(self, decide: fn(i128, i128) -> i128) -> Decimal {
        if self.exponent >= 0 {
            return self;
        }
        let (whole, rest) = match power_of_ten(self.exponent.unsigned_abs()) {
            Some(unit) => (self.coefficient / unit, self.coefficient % unit),
            None => (0, self.coefficient),
        };
        Decimal::from_int(decide(whole, rest))
    }

    /// The number as an Int, if it is whole and has at most 34 digits.
    pub(crate) fn to_int(self) -> Option<i128> {
        if self.exponent == 0 || self.is_zero() {
            return Some(self.coefficient);
        }
        let short = self.without_zeros();
        let fits = short.exponent >= 0 && short.magnitude() < DIGITS_MAX as i32;
        fits.then(|| short.scaled(short.exponent.unsigned_abs()))?
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value: 1.0 and 1 are equal.
impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        if self.exponent == other.exponent {
            return self.coefficient.cmp(&other.coefficient);
        }
        let is_small = |decimal: &Decimal| decimal.coefficient.unsigned_abs() < SMALL;
        let apart = self.exponent.abs_diff(other.exponent);
        if is_small(self) && is_small(other) && apart < SMALL_DIGITS {
            let unit = 10_i128.pow(apart);
            return if self.exponent > other.exponent {
                (self.coefficient * unit).cmp(&other.coefficient)
            } else {
                self.coefficient.cmp(&(other.coefficient * unit))
            };
        }
        let signs = self.signum().cmp(&other.signum());
        if signs != Ordering::Equal || self.is_zero() {
            return signs;
        }
        let magnitudes = self.magnitude().cmp(&other.magnitude());
        let by_size = match magnitudes {
            Ordering::Equal => {
                let power = self.exponent.abs_diff(other.exponent);
                let (one, two) = (self.coefficient.abs(), other.coefficient.abs());
                // Of one magnitude, so the one with fewer digits takes the power: it fits.
                let unit = power_of_ten(power).expect("at most 33 digits apart");
                if self.exponent > other.exponent {
                    (one * unit).cmp(&two)
                } else {
                    one.cmp(&(two * unit))
                }
            }
            unequal => unequal,
        };
        if self.signum() < 0 { by_size.reverse() } else { by_size }
    }
}
