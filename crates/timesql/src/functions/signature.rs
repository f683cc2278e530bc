//! Signatures: what types a function takes, and which it makes of them.

use std::fmt;

use super::Call;
use crate::types::Type;

/// A function for arguments of some types.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) parameters: Vec<Pattern>,
    /// Whether the last parameter may be given any number of times, once at least.
    pub(crate) is_variadic: bool,
    pub(crate) returns: Pattern,
    /// Whether it is called though an argument is null.
    pub(crate) takes_nulls: bool,
    pub(crate) call: Call,
}

/// A type with holes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Pattern {
    Exact(Type),
    /// `T`, `U`, `S`.
    Variable(char),
    Array(Box<Pattern>),
    Series(Box<Pattern>),
    /// The row of a time and a value that a series is made of.
    Point(Box<Pattern>),
    /// A lambda; what it answers comes last.
    Function(Vec<Pattern>),
}

/// What variables stand for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Variables(Vec<(char, Type)>);

impl Variables {
    fn get(&self, name: char) -> Option<&Type> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, found)| found)
    }

    fn set(&mut self, name: char, found: Type) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = found,
            None => self.0.push((name, found)),
        }
    }
}

pub(crate) fn point(value: Type) -> Type {
    Type::Row(vec![(Some("time".to_owned()), Type::Timestamp), (Some("value".to_owned()), value)])
}

impl Signature {
    /// Reads `name(type, type...) type`, which a test does for all that are in the tables.
    pub(super) fn read(text: &'static str, call: Call) -> Signature {
        let (takes_nulls, text) = match text.strip_prefix('!') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (name, rest) = text.split_once('(').expect("a signature has parentheses");
        let (parameters, returns) = rest.rsplit_once(") ").expect("a signature has a result");
        let is_variadic = parameters.ends_with("...");
        let parameters = parameters.trim_end_matches("...");
        let parameters = split(parameters).into_iter().map(Pattern::read).collect();
        let returns = Pattern::read(returns);
        Signature { name, parameters, is_variadic, returns, takes_nulls, call }
    }

    /// What the variables stand for if these arguments fit.
    pub(super) fn fits(
        &self,
        arguments: &[Option<Type>],
        exact: bool,
    ) -> Option<(&Self, Variables)> {
        let (count, all) = (self.parameters.len(), arguments.len());
        if all != count && !(self.is_variadic && all + 1 >= count.max(2)) {
            return None;
        }
        let mut variables = Variables::default();
        for (place, argument) in arguments.iter().enumerate() {
            let pattern = self.parameter(place);
            match argument {
                None if matches!(pattern, Pattern::Function(_)) => {}
                None => return None,
                Some(argument) => pattern.take(argument, exact, &mut variables).then_some(())?,
            }
        }
        Some((self, variables))
    }

    pub(crate) fn parameter(&self, place: usize) -> &Pattern {
        &self.parameters[place.min(self.parameters.len() - 1)]
    }
}

/// Cuts at commas that are in no parentheses.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (place, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..place].trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        parts.push(text[start..].trim());
    }
    parts
}

impl Pattern {
    fn read(text: &str) -> Pattern {
        let inner =
            |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(')'));
        if let Some(text) = inner("array(") {
            return Pattern::Array(Box::new(Pattern::read(text)));
        }
        if let Some(text) = inner("timeseries(") {
            return Pattern::Series(Box::new(Pattern::read(text)));
        }
        if let Some(text) = inner("point(") {
            return Pattern::Point(Box::new(Pattern::read(text)));
        }
        if let Some(text) = inner("function(") {
            return Pattern::Function(split(text).into_iter().map(Pattern::read).collect());
        }
        Pattern::Exact(match text {
            "boolean" => Type::Boolean,
            "integer" => Type::Integer,
            "bigint" => Type::BigInt,
            "double" => Type::Double,
            "varchar" => Type::Varchar,
            "timestamp" => Type::Timestamp,
            "date" => Type::Date,
            "time" => Type::Time,
            "interval" => Type::DayToSecond,
            "months" => Type::YearToMonth,
            variable => {
                let mut letters = variable.chars();
                let (Some(letter), None) = (letters.next(), letters.next()) else {
                    unreachable!("{variable} is no type: a test reads all signatures")
                };
                return Pattern::Variable(letter);
            }
        })
    }

    /// Whether an argument fits, and what it says of the variables.
    pub(crate) fn take(&self, argument: &Type, exact: bool, variables: &mut Variables) -> bool {
        match (self, argument) {
            (Pattern::Exact(wanted), _) if exact => wanted == argument,
            (Pattern::Exact(wanted), _) => argument.becomes(wanted),
            (Pattern::Variable(name), _) => match variables.get(*name) {
                None => {
                    variables.set(*name, argument.clone());
                    true
                }
                Some(known) if known == argument => true,
                Some(_) if exact => false,
                Some(known) => match known.common(argument) {
                    Some(common) => {
                        variables.set(*name, common);
                        true
                    }
                    None => false,
                },
            },
            (Pattern::Array(wanted), Type::Array(element)) => {
                wanted.take(element, exact, variables)
            }
            (Pattern::Series(wanted), Type::TimeSeries(value)) => {
                wanted.take(value, exact, variables)
            }
            (Pattern::Point(wanted), Type::Row(fields)) => match &fields[..] {
                [(_, Type::Timestamp), (_, value)] => wanted.take(value, exact, variables),
                _ => false,
            },
            (Pattern::Array(_) | Pattern::Series(_), Type::Unknown) => !exact,
            _ => false,
        }
    }

    /// The type with its holes filled; none if something is not known.
    pub(crate) fn with(&self, variables: &Variables) -> Option<Type> {
        Some(match self {
            Pattern::Exact(exact) => exact.clone(),
            Pattern::Variable(name) => variables.get(*name)?.clone(),
            Pattern::Array(element) => Type::array(element.with(variables)?),
            Pattern::Series(value) => Type::series(value.with(variables)?),
            Pattern::Point(value) => point(value.with(variables)?),
            Pattern::Function(_) => return None,
        })
    }
}

/// As error texts have them: `sqrt(double)`.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<String> = self.parameters.iter().map(ToString::to_string).collect();
        write!(f, "{}({})", self.name, parameters.join(", "))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Exact(exact) => exact.fmt(f),
            Pattern::Variable(name) => write!(f, "{name}"),
            Pattern::Array(element) => write!(f, "array({element})"),
            Pattern::Series(value) => write!(f, "timeseries({value})"),
            Pattern::Point(value) => write!(f, "row(time timestamp, value {value})"),
            Pattern::Function(parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                write!(f, "function({})", parts.join(", "))
            }
        }
    }
}
