//! Names of types, intervals and durations.

use super::Parser;
use crate::ast::{Expr, Node};
use crate::error::QueryError;
use crate::lexer::Kind;
use crate::types::Type;

const SECOND: i64 = 1_000_000_000;

/// Units of durations, as Timestream writes them.
const UNITS: &[(&str, i64)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("d", 86_400 * SECOND),
    ("w", 604_800 * SECOND),
];

/// Units of intervals, as SQL writes them.
const WORDS: &[(&str, i64)] = &[
    ("nanosecond", 1),
    ("microsecond", 1_000),
    ("millisecond", 1_000_000),
    ("second", SECOND),
    ("minute", 60 * SECOND),
    ("hour", 3_600 * SECOND),
    ("day", 86_400 * SECOND),
    ("week", 604_800 * SECOND),
];

/// What `15m` is, in nanoseconds or months.
pub(crate) fn duration(digits: &str, unit: &str) -> Option<(i64, Type)> {
    let count: i64 = digits.parse().ok()?;
    let months = |months: i64| Some((count.checked_mul(months)?, Type::YearToMonth));
    match unit.to_ascii_lowercase().as_str() {
        "mo" => months(1),
        "y" => months(12),
        unit => {
            let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit)?;
            Some((count.checked_mul(*nanos)?, Type::DayToSecond))
        }
    }
}

impl Parser<'_> {
    /// `INTERVAL '15' MINUTE`, after the first word.
    pub(super) fn interval(&mut self) -> Result<Node, QueryError> {
        let mut sign = 1;
        if self.take_symbol("-") {
            sign = -1;
        } else {
            self.take_symbol("+");
        }
        let at = self.at();
        let text = self.text()?;
        let found = WORDS.iter().chain(&[("month", 1), ("year", 12)]).copied();
        let mut found =
            found.filter(|(word, _)| self.is_word(word) || self.is_word(&format!("{word}s")));
        let Some((word, factor)) = found.next() else {
            return Err(self.mismatch(&["day", "hour", "minute", "month", "second", "year"]));
        };
        drop(found);
        self.next += 1;
        let kind = match word {
            "month" | "year" => Type::YearToMonth,
            _ => Type::DayToSecond,
        };
        let count = text.trim().parse::<i64>().ok().and_then(|count| count.checked_mul(factor));
        // Seconds may have a fraction.
        let count = count.or_else(|| {
            let value = text.trim().parse::<f64>().ok().filter(|_| word == "second")?;
            Some((value * factor as f64).round() as i64)
        });
        let Some(count) = count else {
            let what = format!("'{text}' is not a valid interval literal");
            return Err(QueryError::Meaning { at, what });
        };
        Ok(Node::Interval(sign * count, kind))
    }

    pub(super) fn type_name(&mut self) -> Result<Type, QueryError> {
        self.nested(Self::one_type)
    }

    fn one_type(&mut self) -> Result<Type, QueryError> {
        let at = self.at();
        let Kind::Word(word) = self.peek().kind else { return Err(self.mismatch(&["<type>"])) };
        self.next += 1;
        Ok(match word.to_ascii_lowercase().as_str() {
            "boolean" => Type::Boolean,
            "integer" | "int" => Type::Integer,
            "bigint" => Type::BigInt,
            "double" => {
                self.take_word("precision");
                Type::Double
            }
            "varchar" | "string" => {
                self.skip_size()?;
                Type::Varchar
            }
            "timestamp" => {
                self.skip_size()?;
                Type::Timestamp
            }
            "date" => Type::Date,
            "time" => Type::Time,
            "interval" if self.take_words(&["day", "to", "second"]) => Type::DayToSecond,
            "interval" if self.take_words(&["year", "to", "month"]) => Type::YearToMonth,
            "array" => {
                let (open, close) = if self.is_symbol("<") { ("<", ">") } else { ("(", ")") };
                self.symbol(open)?;
                let element = self.type_name()?;
                self.symbol(close)?;
                Type::array(element)
            }
            "row" => Type::Row(self.in_parentheses(Self::field_type)?),
            _ => {
                let what = format!("Unknown type: {word}");
                return Err(QueryError::Meaning { at, what });
            }
        })
    }

    fn field_type(&mut self) -> Result<(Option<String>, Type), QueryError> {
        // A name comes first if a type comes second.
        if matches!(self.peek_at(1).kind, Kind::Word(_)) {
            let name = self.name()?;
            return Ok((Some(name.text), self.type_name()?));
        }
        Ok((None, self.type_name()?))
    }

    /// `(255)`, which is taken and means nothing.
    fn skip_size(&mut self) -> Result<(), QueryError> {
        if self.take_symbol("(") {
            let Kind::Whole(_) = self.peek().kind else {
                return Err(self.mismatch(&["<integer>"]));
            };
            self.next += 1;
            self.symbol(")")?;
        }
        Ok(())
    }

    /// A duration as a token has it.
    pub(super) fn duration_literal(&self, digits: &str, unit: &str) -> Result<Node, QueryError> {
        let Some((count, kind)) = duration(digits, unit) else {
            let what = format!("'{digits}{unit}' is no duration");
            return Err(QueryError::Syntax { at: self.at(), what });
        };
        Ok(Node::Interval(count, kind))
    }

    /// `TIMESTAMP '…'` and its like, if that is what comes.
    pub(super) fn typed_literal(&mut self) -> Option<Expr> {
        let at = self.at();
        let kind = match self.peek().text.to_ascii_lowercase().as_str() {
            "timestamp" => Type::Timestamp,
            "date" => Type::Date,
            "time" => Type::Time,
            _ => return None,
        };
        let Kind::Text(text) = &self.peek_at(1).kind else { return None };
        let node = Node::Typed(kind, text.clone());
        self.next += 2;
        Some(Expr { at, node })
    }
}
