//! Decimals as text: read as JSON and AWS IoT SQL write them, written as Java's BigDecimal does.

use std::fmt;

use crate::decimal::Decimal;

/// More digits than these cannot change a number of 34 digits but for a trace.
const DIGITS_READ: u32 = 36;
/// Exponents beyond are out of any range; they are cut so that sums of them do not overflow.
const EXPONENT_READ: i32 = 100_000;

/// What a text that is a number says.
pub(crate) struct Read {
    /// `None` if it is too large for a number.
    pub(crate) decimal: Option<Decimal>,
    /// It has neither point nor exponent.
    pub(crate) is_int: bool,
}

impl Read {
    /// `-?\d+(\.\d+)?([eE][+-]?\d+)?`, the whole text.
    pub(crate) fn from_text(text: &str) -> Option<Read> {
        Read::from_short(text.as_bytes()).or_else(|| Read::from_any(text))
    }

    /// Numbers as devices send them: few digits, perhaps a point. `None` says nothing of others.
    fn from_short(bytes: &[u8]) -> Option<Read> {
        const LENGTH_MAX: usize = 18;
        let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
        let (mut coefficient, mut point) = (0_i64, None);
        for (at, byte) in digits.iter().enumerate().take(LENGTH_MAX) {
            match byte {
                b'0'..=b'9' => coefficient = coefficient * 10 + i64::from(byte - b'0'),
                b'.' if at > 0 && point.is_none() => point = Some(at),
                _ => return None,
            }
        }
        let places = point.map_or(0, |point| digits.len() - 1 - point);
        let is_number = (1..=LENGTH_MAX).contains(&digits.len()) && (point.is_none() || places > 0);
        let sign = if digits.len() < bytes.len() { -1 } else { 1 };
        let decimal = Decimal::new(i128::from(sign * coefficient), -(places as i32));
        is_number.then_some(Read { decimal, is_int: point.is_none() })
    }

    fn from_any(text: &str) -> Option<Read> {
        let mut digits = Digits { bytes: text.as_bytes(), ..Digits::default() };
        let is_negative = digits.take(b'-');
        digits.run(false)?;
        let has_point = digits.take(b'.');
        if has_point {
            digits.run(true)?;
        }
        let has_exponent = digits.take(b'e') || digits.take(b'E');
        if has_exponent {
            digits.exponent()?;
        }
        if digits.at != digits.bytes.len() {
            return None;
        }
        let coefficient = if is_negative { -digits.coefficient } else { digits.coefficient };
        let is_int = !has_point && !has_exponent;
        Some(Read { decimal: Decimal::new(coefficient, digits.exponent), is_int })
    }
}

#[derive(Default)]
struct Digits<'a> {
    bytes: &'a [u8],
    at: usize,
    coefficient: i128,
    count: u32,
    exponent: i32,
}

impl Digits<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn digit(&mut self) -> Option<u8> {
        let digit = self.bytes.get(self.at).map(|byte| byte.wrapping_sub(b'0'));
        let digit = digit.filter(|digit| *digit < 10)?;
        self.at += 1;
        Some(digit)
    }

    /// One digit or more, before or after the point.
    fn run(&mut self, is_fraction: bool) -> Option<()> {
        let start = self.at;
        while let Some(digit) = self.digit() {
            if self.count < DIGITS_READ {
                self.coefficient = self.coefficient * 10 + i128::from(digit);
                self.count += u32::from(self.coefficient != 0);
                self.exponent -= i32::from(is_fraction);
            } else {
                self.cut(digit, is_fraction);
            }
        }
        (self.at > start).then_some(())
    }

    /// A digit too many leaves a trace, so that rounding knows that the number is above a half.
    fn cut(&mut self, digit: u8, is_fraction: bool) {
        if digit != 0 && self.coefficient % 5 == 0 {
            self.coefficient += 1;
        }
        self.exponent = self.exponent.saturating_add(i32::from(!is_fraction));
    }

    fn exponent(&mut self) -> Option<()> {
        let is_negative = self.take(b'-');
        if !is_negative {
            self.take(b'+');
        }
        let start = self.at;
        let mut exponent = 0_i32;
        while let Some(digit) = self.digit() {
            exponent = (exponent * 10 + i32::from(digit)).min(EXPONENT_READ);
        }
        let exponent = if is_negative { -exponent } else { exponent };
        self.exponent = self.exponent.saturating_add(exponent);
        (self.at > start).then_some(())
    }
}

impl Decimal {
    /// A number as JSON writes it; `None` if it is none, or too large.
    pub fn from_text(text: &str) -> Option<Decimal> {
        Read::from_text(text)?.decimal
    }
}

/// Plain as long as the point is among the digits or at most six zeros before them, else
/// scientific: 0.000001, 1E-7, 1E+3.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PLAIN_MAGNITUDE_MIN: i32 = -6;
        let digits = self.coefficient().unsigned_abs().to_string();
        let sign = if self.signum() < 0 { "-" } else { "" };
        let places = self.exponent().unsigned_abs() as usize;
        if self.exponent() == 0 {
            write!(f, "{sign}{digits}")
        } else if self.exponent() < 0 && self.magnitude() >= PLAIN_MAGNITUDE_MIN {
            let padded = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = padded.split_at(padded.len() - places);
            write!(f, "{sign}{whole}.{fraction}")
        } else {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            write!(f, "{sign}{first}{point}{rest}E{:+}", self.magnitude())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_text(text).expect(text)
    }

    #[test]
    fn texts_come_back_as_java_writes_them() {
        let cases = [
            ("0", "0"),
            ("-1.50", "-1.50"),
            ("5E-12", "5E-12"),
            ("1e3", "1E+3"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1E-7"),
            ("12.5e-9", "1.25E-8"),
            ("0.00", "0.00"),
            ("1E+999", "1E+999"),
            ("1E-1500", "0"),
            ("12345678901234567890123456789012345", "1.234567890123456789012345678901234E+34"),
            ("12345678901234567890123456789012335", "1.234567890123456789012345678901234E+34"),
            ("123456789012345678901234567890123350001", "1.234567890123456789012345678901234E+38"),
        ];
        for (text, expected) in cases {
            assert_eq!(decimal(text).to_string(), expected, "{text}");
        }
        for text in ["", "-", "1.", ".5", "+1", "1e", "1e+", "0x1", "1 ", "١"] {
            assert!(Decimal::from_text(text).is_none(), "{text}");
        }
        assert!(Decimal::from_text("1E1000").is_none());
    }

    #[test]
    fn arithmetic_has_34_digits() {
        let third = decimal("1").divided_by(decimal("3"));
        assert_eq!(third.expect("a third").to_string(), format!("0.{}", "3".repeat(34)));
        let cases: [(&str, char, &str, &str); 18] = [
            ("0.1", '+', "0.2", "0.3"),
            ("1.50", '+', "1", "2.50"),
            ("1E+50", '+', "1", "1.000000000000000000000000000000000E+50"),
            ("1E+3", '-', "1", "999"),
            ("2.5", '*', "4", "10.0"),
            (
                "99999999999999999999",
                '*',
                "99999999999999999999",
                "9.999999999999999999800000000000000E+39",
            ),
            (
                "1234567890123456789012345678901234",
                '*',
                "1234567890123456789012345678901234",
                "1.524157875323883675049535156256667E+66",
            ),
            ("6.0", '/', "2", "3.0"),
            ("1", '/', "4", "0.25"),
            ("2", '/', "3", "0.6666666666666666666666666666666667"),
            ("100", '/', "1E+2", "1.00"),
            ("7.5", '%', "2", "1.5"),
            ("-7.5", '%', "2", "-1.5"),
            ("1E+30", '%', "7", "1"),
            ("5", '%', "1E+300", "5"),
            ("1E+300", '%', "0.7", "0.3"),
            ("-3", '-', "-3.0", "0.0"),
            ("9E+999", '*', "1", "9E+999"),
        ];
        for (left, operator, right, expected) in cases {
            let (one, two) = (decimal(left), decimal(right));
            let result = match operator {
                '+' => one.plus(two),
                '-' => one.minus(two),
                '*' => one.times(two),
                '/' => one.divided_by(two),
                _ => one.remainder(two),
            };
            let text = result.map(|result| result.to_string());
            assert_eq!(text.as_deref(), Some(expected), "{left} {operator} {right}");
        }
        assert_eq!(decimal("9E+999").times(decimal("10")), None);
        assert_eq!(decimal("1").divided_by(Decimal::ZERO), None);
    }

    #[test]
    fn whole_numbers_and_order() {
        let cases = [
            ("1.2", "1", "2", "1"),
            ("-1.2", "-2", "-1", "-1"),
            ("1.5", "1", "2", "2"),
            ("-1.5", "-2", "-1", "-2"),
            ("7", "7", "7", "7"),
            ("1E-900", "0", "1", "0"),
        ];
        for (text, floor, ceil, rounded) in cases {
            let number = decimal(text);
            assert_eq!(number.floor(), decimal(floor), "{text}");
            assert_eq!(number.ceil(), decimal(ceil), "{text}");
            assert_eq!(number.rounded(), decimal(rounded), "{text}");
        }
        let ascending =
            ["-1E+900", "-10", "-9.99", "-1E-900", "0.0", "1E-900", "1", "1.01", "1E+34"];
        for pair in ascending.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        assert_eq!(decimal("1.00"), decimal("1"));
        assert_eq!(decimal("10.0").to_int(), Some(10));
        assert_eq!(decimal("1E+33").to_int(), Some(10_i128.pow(33)));
        assert_eq!(decimal("1E+34").to_int(), None);
        assert_eq!(decimal("2.8881").truncated(2).to_string(), "2.88");
        assert_eq!(decimal("2.00").truncated(5).to_string(), "2");
        assert_eq!(Decimal::from_double(3.0).expect("finite").to_string(), "3.0");
    }
}
