use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;
use crate::samples;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn numbers_are_written_in_one_way() {
    for (text, written) in [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("0E400", "0"),
        ("007", "7"),
        ("+7.50", "7.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-12.340e2", "-1234"),
        ("1e3", "1000"),
        ("1E-3", "0.001"),
        ("123.456E-2", "1.23456"),
        (
            "100000000000000000000000000000000000000000",
            "100000000000000000000000000000000000000000",
        ),
        ("1.2345678901234567890123456789012345678", "1.2345678901234567890123456789012345678"),
    ] {
        assert_eq!(number(text).to_string(), written, "{text}");
    }
}

#[test]
fn what_is_no_number_is_refused() {
    use NumberError::{Empty, Malformed, Overflow, TooPrecise, Underflow};
    let digits = |count: usize| "9".repeat(count);
    for (text, error) in [
        (String::new(), Empty),
        ("1E126".to_owned(), Overflow),
        ("-1E126".to_owned(), Overflow),
        ("1E999999999999".to_owned(), Overflow),
        ("1E-131".to_owned(), Underflow),
        ("1E-99999999999".to_owned(), Underflow),
        (digits(39), TooPrecise),
        (format!("0.{}", digits(39)), TooPrecise),
        (format!("1{}1", "0".repeat(37)), TooPrecise),
    ] {
        assert_eq!(Number::parse(&text), Err(error), "{text}");
    }
    let malformed = [
        "a", "-", "+", ".", "1e", "1e+", "1e1.5", "--1", "1 ", " 1", "1,0", "NaN", "Infinity",
        "1e5x",
    ];
    for text in malformed {
        assert_eq!(Number::parse(text), Err(Malformed { text: text.to_owned() }));
    }
    assert_eq!(number(&digits(38)).to_string(), digits(38));
    assert_eq!(number("9.9E125").leading(), 125);
    assert_eq!(number("1E-130").leading(), -130);
}

#[test]
fn sums_are_exact_or_refused() {
    let nines = "9".repeat(38);
    for (a, b, sum) in [
        ("0.1", "0.2", Ok("0.3")),
        ("5", "-5", Ok("0")),
        ("-1", "0.5", Ok("-0.5")),
        (&nines, "1", Ok("100000000000000000000000000000000000000")),
        (&nines, "2", Err(NumberError::TooPrecise)),
        ("1E38", "-1", Ok(&nines)),
        (
            "1.7E38",
            "-99999999999999999999999999999999999999",
            Ok("70000000000000000000000000000000000001"),
        ),
        (
            "99999999999999999999999999999999999995",
            "99999999999999999999999999999999999995",
            Ok("199999999999999999999999999999999999990"),
        ),
        ("1E125", "1E-130", Err(NumberError::TooPrecise)),
        ("1E39", "1", Err(NumberError::TooPrecise)),
        ("9E125", "9E125", Err(NumberError::Overflow)),
        ("1.5E-130", "-1.4E-130", Err(NumberError::Underflow)),
    ] {
        let sum: Result<Number, NumberError> = sum.map(number);
        assert_eq!(number(a).plus(number(b)), sum, "{a} + {b}");
        assert_eq!(number(b).plus(number(a)), sum, "{b} + {a}");
    }
}

#[test]
fn whole_numbers_come_out_as_such() {
    assert_eq!(number("1700000000").to_i64(), Some(1_700_000_000));
    assert_eq!(number("-1.5e1").to_i64(), Some(-15));
    assert_eq!(number("1.5").to_i64(), None);
    assert_eq!(number("1E30").to_i64(), None);
    assert_eq!(number("1700000000.9").truncated(), Some(1_700_000_000));
    assert_eq!(number("-0.9").truncated(), Some(0));
    assert_eq!(number("1E-100").truncated(), Some(0));
}

/// Digits in a list, least first, as one adds on paper: too simple to be wrong in the same way.
#[derive(Clone, Debug)]
struct Paper {
    is_negative: bool,
    /// From 10^-170 up.
    digits: Vec<u8>,
}

const PAPER_PLACES: usize = 320;
const PAPER_POINT: i32 = 170;

impl Paper {
    fn of(number: Number) -> Paper {
        let mut digits = vec![0; PAPER_PLACES];
        let first = (number.exponent() + PAPER_POINT) as usize;
        for (at, digit) in number.magnitude().to_string().bytes().rev().enumerate() {
            digits[first + at] = digit - b'0';
        }
        Paper { is_negative: number.is_negative(), digits }
    }

    fn compare_magnitudes(&self, other: &Paper) -> Ordering {
        self.digits.iter().rev().cmp(other.digits.iter().rev())
    }

    fn compare(&self, other: &Paper) -> Ordering {
        let (a, b) = (self, other);
        let is_zero = |paper: &Paper| paper.digits.iter().all(|digit| *digit == 0);
        let sign = |paper: &Paper| match (is_zero(paper), paper.is_negative) {
            (true, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        sign(a).cmp(&sign(b)).then_with(|| match a.is_negative {
            false => a.compare_magnitudes(b),
            true => b.compare_magnitudes(a),
        })
    }

    fn plus(&self, other: &Paper) -> Paper {
        let (large, small) = match self.compare_magnitudes(other) {
            Ordering::Less => (other, self),
            _ => (self, other),
        };
        let sign = if large.is_negative == small.is_negative { 1 } else { -1 };
        let (mut digits, mut carry) = (Vec::new(), 0i8);
        for (a, b) in large.digits.iter().zip(&small.digits) {
            let sum = *a as i8 + sign * (*b as i8) + carry;
            digits.push(sum.rem_euclid(10) as u8);
            carry = sum.div_euclid(10);
        }
        assert_eq!(carry, 0, "there are places enough");
        Paper { is_negative: large.is_negative, digits }
    }

    fn text(&self) -> String {
        let digits: String = self.digits.iter().rev().map(|digit| (digit + b'0') as char).collect();
        format!("{}{digits}E-{PAPER_POINT}", if self.is_negative { "-" } else { "" })
    }
}

proptest! {
    #[test]
    fn sums_are_those_of_paper(a in samples::number(), b in samples::number()) {
        let paper = Paper::of(a).plus(&Paper::of(b)).text();
        prop_assert_eq!(a.plus(b), Number::parse(&paper));
        let difference = Paper::of(a).plus(&Paper::of(b.negated())).text();
        prop_assert_eq!(a.minus(b), Number::parse(&difference));
    }

    #[test]
    fn order_is_that_of_paper(a in samples::number(), b in samples::number()) {
        prop_assert_eq!(a.cmp(&b), Paper::of(a).compare(&Paper::of(b)));
        prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
    }

    #[test]
    fn what_is_written_is_read_the_same(a in samples::number()) {
        prop_assert_eq!(Number::parse(&a.to_string()), Ok(a));
    }

    #[test]
    fn no_text_breaks_the_parser(text in "[-+]?[0-9.eE+-]{0,60}") {
        if let Ok(number) = Number::parse(&text) {
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }
    }
}

proptest! {
    #[test]
    fn short_texts_are_read_as_long_ones_are(text in "[0-9]{0,12}[.]?[0-9]{0,8}[e.]?") {
        if let Some(number) = Number::parse_short(&text) {
            let scanned = Scanned::read(text.as_bytes()).map(|scanned| scanned.number());
            prop_assert_eq!(scanned, Some(Ok(number)));
        }
    }
}
