//! What is asked of one value: `= "a*"`, `!= 4*`, `>= 400`, `= %[a-c]+%`.

use regex::Regex;

use super::cursor::Cursor;
use super::{UnfitPattern, regex};

#[derive(Clone, Debug)]
pub(super) enum Condition {
    Text { is_equal: bool, wanted: Wanted },
    Number(Comparison, f64),
}

#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// The parts between asterisks.
    Parts(Vec<String>),
    Regex(Regex),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// Reads an operator and what is behind it. Texts without quotes end where `is_end` says.
    pub(super) fn read(
        cursor: &mut Cursor<'_>,
        is_end: impl Fn(char) -> bool,
    ) -> Result<Condition, UnfitPattern> {
        let comparisons = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        if let Some((_, comparison)) = comparisons.into_iter().find(|(sign, _)| cursor.take(sign)) {
            cursor.skip_spaces();
            let number = cursor.take_while(|character| !is_end(character)).parse();
            let Ok(number) = number else { return cursor.expected("a number") };
            return Ok(Condition::Number(comparison, number));
        }
        let is_equal = match (cursor.take("!="), cursor.take("=")) {
            (true, _) => false,
            (_, true) => true,
            _ => return cursor.expected("one of = != < <= > >="),
        };
        cursor.skip_spaces();
        let wanted = match cursor.rest().chars().next() {
            Some('"') => Wanted::of(cursor.take_between('"').ok_or(UnfitPattern::Quote)?),
            Some('%') => {
                let whole = cursor.rest().to_owned();
                let inner = cursor.take_between('%').ok_or(UnfitPattern::Regex(whole))?;
                Wanted::Regex(regex(inner)?)
            }
            _ => {
                let plain = cursor.take_while(|character| !is_end(character));
                if plain.is_empty() {
                    return cursor.expected("a value");
                }
                Wanted::of(plain)
            }
        };
        Ok(Condition::Text { is_equal, wanted })
    }

    pub(super) fn holds(&self, value: &str) -> bool {
        match self {
            Condition::Text { is_equal, wanted } => wanted.fits(value) == *is_equal,
            Condition::Number(comparison, bound) => {
                value.parse().is_ok_and(|value: f64| comparison.holds(value, *bound))
            }
        }
    }
}

impl Wanted {
    fn of(text: &str) -> Wanted {
        Wanted::Parts(text.split('*').map(str::to_owned).collect())
    }

    fn fits(&self, value: &str) -> bool {
        let parts = match self {
            Wanted::Regex(regex) => return regex.is_match(value),
            Wanted::Parts(parts) => parts,
        };
        let [first, middle @ .., last] = &parts[..] else {
            return parts.first().is_some_and(|only| only == value || is_same_number(only, value));
        };
        let Some(mut rest) = value.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last.as_str())
    }
}

/// `400` and `400.0` are one number.
#[expect(clippy::float_cmp, reason = "whoever asks for an equal number means it")]
fn is_same_number(wanted: &str, value: &str) -> bool {
    match (wanted.parse::<f64>(), value.parse::<f64>()) {
        (Ok(wanted), Ok(value)) => wanted == value,
        _ => false,
    }
}

impl Comparison {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Comparison::Less => value < bound,
            Comparison::LessOrEqual => value <= bound,
            Comparison::Greater => value > bound,
            Comparison::GreaterOrEqual => value >= bound,
        }
    }
}
